/** Reading of what a repository brought or an agent wrote. Nothing in it can block, fill or crash the reader. */
export {openRegular, type OpenRule} from './open-regular.js'
export {readBounded, readBoundedText, type ReadBounds} from './read-bounded.js'
export {readLinesFrom} from './read-lines.js'
