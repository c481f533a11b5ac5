/**
 * How many of the words stand in a text, as whole words, whatever their case. A trailing `*` stands for any ending;
 * words of scripts without spaces (Chinese, …) match anywhere.
 */
export function countWords(words: readonly string[], text: string): number {
  return words.filter((word) => patternOf(word).test(text)).length
}

function patternOf(word: string): RegExp {
  const open = word.endsWith('*')
  const body = (open ? word.slice(0, -1) : word).replace(/[\\^$.*|?+()[\]{}]/g, '\\$&').replace(/\s+/g, '[\\s-]+')
  const spaced = /[A-Za-z0-9]/.test(word)
  const before = spaced ? '(?<![\\p{L}\\p{N}])' : ''
  const after = spaced && !open ? '(?![\\p{L}\\p{N}])' : ''
  return new RegExp(`${before}${body}${after}`, 'iu')
}
