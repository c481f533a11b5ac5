/** The session that holds the control connection; it is in no list. */
export const KEEPER = 'orch-keeper'
