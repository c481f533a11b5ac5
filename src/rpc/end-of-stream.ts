/** The last item of a stream that has told everything; one without it ends because its supervisor went away. */
export interface Over {
  readonly over: true
}

export const OVER: Over = {over: true}
