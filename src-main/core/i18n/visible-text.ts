/**
 * Text of others as it can be shown: what steers a terminal, turns the direction of writing or cannot be seen is written out. Line ends and
 * tabs stay, and joiners where they belong: in emoji and between letters of scripts that need them.
 *
 * `␛` stands for escape, `\x07` for other control characters, `<U+202E>` for the rest. The result holds none of them any more, so that
 * text which was made visible before stays as it is. Of combining marks in a row the first 30 are shown (Unicode Standard Annex #15,
 * Stream-Safe Text Format), since fonts take minutes for thousands: `<U+0301×970>` stands for the others, by the first of them.
 */
export function visibleText(text: string): string {
  const visible = hidden.test(text) ? text.toWellFormed().replace(hiddenParts, written) : text
  return visible.replace(marksInRow, cutMarks)
}

/** Likewise on one line. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(/[\n\r\t]/g, written)
}

/** Likewise over several lines, with a mark at each break: no long line that is wrapped looks the same. */
export function visibleBreaks(text: string): string {
  return visibleText(text).replace(/\r?\n/g, '↵\n')
}

/** Likewise for JSON, where an escape says the same as the character. */
export function visibleJson(json: string): string {
  return json.replace(hiddenParts, part =>
    [...part]
      .flatMap(character =>
        Array.from({ length: character.length }, (_, at) => character.charCodeAt(at)),
      )
      .map(unit => `\\u${unit.toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** Controls, formats (bidirectional marks, zero widths, tags), separators of lines, and what fonts leave out; lone surrogates. */
const pattern = String.raw`(?![\n\t]|\r\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\uFFFC\p{Cs}]`
/** A joiner behind an emoji or within a script of joined letters, and the choice of a colored emoji. */
const visibleParts = [
  String.raw`(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=[\p{Script=Arabic}\p{Mn}\p{Mc}])[\u200C\u200D](?=[\p{L}\p{M}])`,
  String.raw`(?<=[\p{Emoji}])\uFE0F`,
].join('|')
const hidden = new RegExp(pattern, 'u')
const hiddenParts = new RegExp(String.raw`(?!${visibleParts})${pattern}`, 'gu')

/** No text of any language has as many on a letter. */
const MAX_MARKS = 30
/** Without a count: engines take long to build one for a class this large. */
const marksInRow = /\p{M}+/gu

function cutMarks(marks: string): string {
  if (marks.length <= MAX_MARKS) return marks
  const characters = [...marks]
  const [hiddenMark] = characters.slice(MAX_MARKS)
  if (hiddenMark === undefined) return marks
  const others = written(hiddenMark).replace('>', `×${characters.length - MAX_MARKS}>`)
  return `${characters.slice(0, MAX_MARKS).join('')}${others}`
}

function written(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x1b) return '␛'
  if (code < 0xa0) return `\\x${code.toString(16).padStart(2, '0')}`
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`
}
