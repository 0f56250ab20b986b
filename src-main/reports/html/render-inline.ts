import type { Inline, Piece } from '../blocks/blocks.ts'
import { isPiece } from '../blocks/plain-blocks.ts'
import { stateIcon } from './charts/marks.ts'
import { markup, trusted, type Fragment } from './markup.ts'

/** What may be broken where a line ends: nothing, names as a study file writes them, or every long word. */
export type Breaks = 'none' | 'code' | 'all'

export function renderInline(inline: Inline, breaks: Breaks): Fragment {
  if (typeof inline === 'string') return breaks === 'all' ? breakable(inline) : inline
  if (isPiece(inline)) return renderPiece(inline, breaks)
  if (typeof inline === 'object' && inline !== null)
    return inline.map(part => renderInline(part, breaks))
  return inline
}

function renderPiece(piece: Piece, breaks: Breaks): Fragment {
  switch (piece.kind) {
    case 'code':
      return markup`<code>${breaks === 'none' ? piece.text : breakable(piece.text)}</code>`
    case 'trialLink':
      return markup`<a href="#trial-${piece.trial}">${piece.text}</a>`
    case 'trialRow':
      return markup`<span id="trial-${piece.trial}">${piece.trial}</span>`
    case 'state':
      return markup`<span class="state">${stateIcon(piece.state)}${piece.text}</span>`
    case 'tag':
      return markup`<strong class="tag${piece.isBad ? ' failed' : null}">${piece.text}</strong>`
    case 'lines':
      return piece.lines.map(
        line =>
          markup`<span class="line${piece.areNotes ? ' note' : null}">${renderInline(line, breaks)}</span>`,
      )
    case 'folded':
      return markup`<details><summary>${piece.beginning}</summary>${piece.text}</details>`
    case 'picture':
      return markup`<img src="${piece.url}" alt="${piece.label}" width="56" height="56"/>`
  }
}

const UNBROKEN = 14
const longWord = /\S{15}/u
// The ends of the words of a camel-case or otherwise joined name.
const joint = /(?<=[a-z0-9])(?=[A-Z])|(?<=[_.\-/])/u

/** Text with places where a long name may be broken, so that tables need not scroll for it. */
export function breakable(text: string): Fragment {
  if (!longWord.test(text)) return text
  return text.split(/(\s+)/u).map(word => (word.length <= UNBROKEN ? word : brokenWord(word)))
}

function brokenWord(word: string): Fragment {
  const pieces = word.split(joint).flatMap(piece => piece.match(/.{1,14}/gsu) ?? [])
  return pieces.map((piece, index) => [index === 0 ? null : trusted('<wbr>'), piece])
}
