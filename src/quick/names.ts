/** Commands that are called all day, and load oclif only when they have to. */
export const QUICK = ['done', 'messages', 'send', 'status'] as const
export type QuickName = (typeof QUICK)[number]

export function isQuick(command: string | undefined): command is QuickName {
  return (QUICK as readonly (string | undefined)[]).includes(command)
}
