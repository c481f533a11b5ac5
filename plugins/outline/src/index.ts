/** Plans a specification from its own headings, lists and checkboxes. */
export {OutlinePlanner} from './planner.js'
