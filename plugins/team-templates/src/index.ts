/** Roles, team templates, detection and sizing. */
export {TemplateTeams} from './template-teams.js'
export {CAPS, UNKNOWN_CAP, TEAM_SIZE} from './compose/cap.js'
export {survey} from './detect/survey.js'
export {complexityScore, sizeOfScore} from './detect/complexity.js'
export {toKey} from './role-key.js'
