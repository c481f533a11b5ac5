/** Where the tmux servers that agents start themselves have their sockets, one folder a project. */
export interface TmuxRooms {
  /** @returns the project's folder, made @throws ORCH_REFUSED when somebody else has it */
  prepare(project: string): Promise<string>
  /** Ends the servers of a project and removes its folder. */
  end(project: string): Promise<void>
}
