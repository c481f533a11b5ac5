/** Makes the ids of records (`p_…`, `a_…`, `m_…`, `r_…`) and secrets. */
export interface Ids {
  /** @param prefix one letter: p project, a agent, m message, r run */
  next(prefix: string): string
  /** 32 random bytes in base64url: the token of a run. */
  token(): string
  /** A random UUID, version 4. */
  uuid(): string
}
