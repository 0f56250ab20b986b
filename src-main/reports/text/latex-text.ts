import { ownValue } from '../../core/values/named-values.ts'
import { visibleText } from '../../core/i18n/visible-text.ts'
/**
 * Texts of a study inside of a LaTeX document. Everything that TeX reads as a command, a group, a comment, an optional argument
 * or a ligature is written as the character that it is, so that no name or message can end a cell or start a macro. What cannot
 * be printed (control characters, broken surrogates) becomes U+FFFD, which every format of a report shows.
 */
export function latexText(text: string): string {
  return inWords(text, word =>
    word.length > LONGEST_WORD ? breakable(word, escape) : escape(word),
  )
}

/** Code in a line: straight quotes, no ligature, and a long word may be broken instead of running off the page. */
export function latexCode(text: string): string {
  const words = inWords(text, word =>
    word.length > LONGEST_CODE ? breakable(word, escapeCode) : escapeCode(word),
  )
  return `\\texttt{${words}}`
}

/** A line of a listing; spaces stand as they are, those at its beginning included. */
export function latexLine(line: string): string {
  const [indent = ''] = /^\s*/.exec(line) ?? []
  return '~'.repeat(indent.length) + escapeCode(visibleText(line.slice(indent.length)))
}

/** Inside of a comment of TeX, which ends with its line. */
export function latexComment(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ')
}

/** The script decides with which program and which package a document is compiled. */
export type Script = 'latin' | 'chinese' | 'other'

/** Han, kana, bopomofo and hangul need the fonts of `ctex`; other scripts a font that the author names. */
export function scriptOf(text: string): Script {
  if (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\p{sc=Hangul}]/u.test(text))
    return 'chinese'
  for (const character of text) {
    const isKnown = ownValue(commands, character) !== undefined || character === REPLACEMENT
    if (!isKnown && (character.codePointAt(0) ?? 0) > LAST_LATIN) return 'other'
  }
  return 'latin'
}

/** Words and code beyond these may be broken; no word of a language is as long. */
const LONGEST_WORD = 30
const LONGEST_CODE = 12
/** Of what pdfTeX's T1 fonts have: Latin-1 and Latin Extended-A. */
const LAST_LATIN = 0x17f
const REPLACEMENT = '\uFFFD'

const commands: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  _: '\\_',
  '%': '\\%',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  // After `\\` or `\item` these would be an argument.
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '≤': '$\\le$',
  '≥': '$\\ge$',
  '±': '$\\pm$',
  '×': '$\\times$',
  '−': '$-$',
  '≈': '$\\approx$',
  '∞': '$\\infty$',
  '→': '$\\rightarrow$',
  '↓': '$\\downarrow$',
  '↑': '$\\uparrow$',
  '·': '$\\cdot$',
  '✓': '$\\surd$',
  '–': '\\textendash{}',
  '—': '\\textemdash{}',
  '…': '\\ldots{}',
  '“': '\\textquotedblleft{}',
  '”': '\\textquotedblright{}',
  '‘': '\\textquoteleft{}',
  '’': '\\textquoteright{}',
  // No font of TeX has the character itself.
  [REPLACEMENT]: '\\fbox{?}',
}

const special = /[\\{}$&#_%~^[\]*<>|"≤≥±×−≈∞→↓↑·✓–—…“”‘’\uFFFD]/g

function escape(text: string): string {
  // Two hyphens would be joined into a dash, two commas into a quotation mark.
  return text
    .replace(special, character => ownValue(commands, character) ?? character)
    .replace(/-(?=-)/g, '-{}')
    .replace(/,(?=,)/g, ',{}')
    .replace(/[?!](?=`)/g, '$&{}')
}

function escapeCode(text: string): string {
  return escape(text).replaceAll("'", '\\textquotesingle{}').replaceAll('`', '\\textasciigrave{}')
}

function inWords(text: string, write: (word: string) => string): string {
  return visibleText(text).replace(/\s+/g, ' ').split(' ').map(write).join(' ')
}

/** Breaks are allowed after what separates the parts of a path or a name, and within a part that is long by itself. */
function breakable(word: string, write: (part: string) => string): string {
  const parts = word.match(/[\p{L}\p{N}\p{M}]{1,12}|-+|,+|[?!]`|[^\p{L}\p{N}\p{M}]/gu) ?? []
  return parts.map(write).join('\\allowbreak{}')
}
