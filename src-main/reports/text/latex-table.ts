import { clamp } from '../../math/numbers.ts'
import { type PlainText, wordsOf } from '../blocks/plain-blocks.ts'
import { latexCode, latexText } from './latex-text.ts'

/**
 * A table that fits between the margins of A4: numbers keep their width, texts share what is left by their length and are
 * broken. Where that is too little, the whole table is set smaller. Needs booktabs, longtable and array.
 */
export function latexTable(
  header: readonly { readonly text: PlainText; readonly numeric: boolean }[],
  rows: readonly (readonly PlainText[])[],
): string {
  const count = Math.max(header.length, ...rows.map(row => row.length))
  if (count === 0) return ''
  const columns = Array.from({ length: count }, (_, index) => {
    const title = lengthOf(header[index]?.text ?? [])
    const cells = Math.max(1, ...rows.map(row => lengthOf(row[index] ?? [])))
    const numeric = header[index]?.numeric ?? false
    // Numbers are not broken, but a title above them may be.
    const isWrapped = numeric && title > Math.max(cells, LONGEST_TITLE)
    const characters = isWrapped ? Math.max(cells, LONGEST_TITLE) : Math.max(cells, title)
    return { numeric, isWrapped, characters }
  })
  const needed = (longestText: number): number =>
    columns.reduce(
      (sum, { numeric, characters }) =>
        sum + BETWEEN + (numeric ? characters : Math.min(characters, longestText)),
      0,
    )
  const size = sizes.find(({ line }) => needed(NARROWEST_TEXT) <= line) ?? sizes.at(-1)
  const { command, line } = size as (typeof sizes)[number]
  const fits = needed(Number.POSITIVE_INFINITY) <= line
  const texts = columns.filter(({ numeric }) => !numeric)
  const weight = (characters: number): number => clamp(characters, 6, MAX_WEIGHT)
  const weights = texts.reduce((sum, { characters }) => sum + weight(characters), 0)
  const remaining = Math.max(0, line - needed(0))
  const format = columns.map(({ numeric, isWrapped, characters }) => {
    if (isWrapped) return broken('\\raggedleft', characters / line)
    if (numeric) return 'r'
    if (fits) return 'l'
    return broken('\\raggedright', (remaining * weight(characters)) / weights / line)
  })
  const head =
    header.length === 0 ? [] : [row(header.map(({ text }) => text)), '\\midrule', '\\endhead']
  return [
    `{${command}\\setlength{\\tabcolsep}{3pt}`,
    `\\begin{longtable}{@{}${format.join('')}@{}}`,
    '\\toprule',
    ...head,
    ...rows.map(row),
    '\\bottomrule',
    '\\end{longtable}}',
  ].join('\n')
}

/** Type sizes, and how many characters of a typewriter font they have between margins of 2.2 cm. */
const sizes = [
  { command: '\\small', line: 98 },
  { command: '\\footnotesize', line: 108 },
  { command: '\\scriptsize', line: 124 },
  { command: '\\tiny', line: 168 },
] as const
/** Two column separations of 3 points, in characters. */
const BETWEEN = 1.3
/** A column of text narrower than this is a column of single words. */
const NARROWEST_TEXT = 12
const MAX_WEIGHT = 48
const LONGEST_TITLE = 20

/** A column whose cells are broken into lines. @param share of the line */
function broken(alignment: string, share: number): string {
  return `>{${alignment}\\arraybackslash}p{${Math.max(0.05, share).toFixed(3)}\\linewidth}`
}

function row(cells: readonly PlainText[]): string {
  return `${cells.map(latexInline).join(' & ')} \\\\`
}

/** A text with its code. */
export function latexInline(pieces: PlainText): string {
  return pieces.map(({ text, code }) => (code ? latexCode(text) : latexText(text))).join('')
}

/** In characters; those of Chinese are twice as wide. */
function lengthOf(text: PlainText): number {
  const characters = wordsOf(text)
  return (
    [...characters].length +
    (characters.match(/[\u2E80-\u9FFF\uAC00-\uD7FF\uFF00-\uFFEF]/g)?.length ?? 0)
  )
}
