import type { Translate } from '../../core/i18n/translate.ts'
import type {
  Block,
  Chart,
  Code,
  DescriptionList,
  Heading,
  Inline,
  List,
  Paragraph,
  Piece,
  Report,
  Section,
  Table,
} from './blocks.ts'

/** What a format without a layout renders: blocks of a report without those that only say how others stand on a page. */
export type PlainBlock =
  Heading | Paragraph | List | DescriptionList | Table | Code | (Chart & FigureName)

interface FigureName {
  /** `history-1`: the section and which chart of it; also the name of its file. */
  readonly name: string
}

/** The blocks of a section in the order of the page, those within others in their place. Charts are counted through the section. */
export function plainBlocks({ id, blocks }: Section): PlainBlock[] {
  let charts = 0
  const named = (chart: Chart): PlainBlock => ({ ...chart, name: `${id}-${++charts}` })
  const paragraph = (text: string): Paragraph => ({ kind: 'paragraph', text })
  const flatten = (block: Block): PlainBlock[] => {
    switch (block.kind) {
      case 'figure': {
        const { drawing, notes, table } = block
        const drawn =
          drawing.kind === 'chart'
            ? [named(drawing)]
            : drawing.kind === 'cells'
              ? flatten(drawing)
              : []
        return [...drawn, ...notes.map(paragraph), ...table.flatMap(flatten)]
      }
      case 'cells':
        return block.cells.flatMap(({ chart, notes }) => [
          chart.kind === 'chart' ? named(chart) : paragraph(chart.reason),
          ...notes.map(paragraph),
        ])
      case 'tiles': {
        const items = block.tiles.map(({ name, value, note }): Inline => [
          name,
          ' ',
          value,
          ' ',
          note,
        ])
        return [{ kind: 'list', ordered: false, items }]
      }
      case 'fold':
        return block.blocks.flatMap(flatten)
      case 'columns':
        return block.columns.flat().flatMap(flatten)
      case 'pictures':
        return []
      default:
        return [block]
    }
  }
  return blocks.flatMap(flatten)
}

/** Every chart of a report by the name of its file, in the order of the page. */
export function chartsOf({ sections }: Report): Map<string, Chart> {
  const blocks = sections.flatMap(plainBlocks)
  return new Map(blocks.flatMap(block => (block.kind === 'chart' ? [[block.name, block]] : [])))
}

/** Numbers of the trials that a report links to. */
export function linkedTrials({ sections }: Report): Set<number> {
  const linked = new Set<number>()
  const visit = (inline: Inline): void => {
    if (Array.isArray(inline)) (inline as readonly Inline[]).forEach(visit)
    else if (isPiece(inline)) {
      if (inline.kind === 'trialLink') linked.add(inline.trial)
      else if (inline.kind === 'lines') inline.lines.forEach(visit)
    }
  }
  const visitBlock = (block: Block): void => {
    switch (block.kind) {
      case 'heading':
      case 'paragraph':
        visit(block.text)
        break
      case 'list':
        visit(block.items)
        break
      case 'descriptionList':
        for (const [, value] of block.items) visit(value)
        break
      case 'table':
        visit(block.columns.map(({ title }) => title))
        visit(block.rows)
        break
      case 'tiles':
        visit(block.tiles.map(tile => tile.note))
        break
      case 'figure':
        block.table.forEach(visitBlock)
        break
      case 'fold':
        block.blocks.forEach(visitBlock)
        break
      case 'columns':
        block.columns.flat().forEach(visitBlock)
        break
      case 'cells':
      case 'code':
      case 'pictures':
    }
  }
  for (const { blocks } of sections) blocks.forEach(visitBlock)
  return linked
}

/** Parts of a text; code is what a study file writes. Blanks are joined, and there are none at the ends. */
export type PlainText = readonly { readonly text: string; readonly code: boolean }[]

/** A text without links, pictures and signs; lines stand behind one another with a separator. */
export function plainText(inline: Inline, t: Translate): PlainText {
  const parts: { text: string; code: boolean }[] = []
  const add = (text: string, isCode: boolean): void => {
    const joined = text.replace(/\s+/g, ' ')
    const last = parts.at(-1)
    if (last?.code === isCode) last.text += joined
    else if (joined !== '') parts.push({ text: joined, code: isCode })
  }
  const visitPiece = (piece: Piece): void => {
    switch (piece.kind) {
      case 'code':
        add(piece.text, true)
        break
      case 'trialRow':
        add(String(piece.trial), false)
        break
      case 'trialLink':
      case 'state':
      case 'tag':
      case 'folded':
        add(piece.text, false)
        break
      case 'lines':
        for (const line of piece.lines) {
          if (parts.length > 0) add(t('list.clauses'), false)
          visit(line)
        }
        break
      case 'picture':
    }
  }
  const visit = (part: Inline): void => {
    if (part === null || part === undefined || part === false) return
    if (typeof part === 'string' || typeof part === 'number') add(String(part), false)
    else if (isPiece(part)) visitPiece(part)
    else part.forEach(visit)
  }
  visit(inline)
  const first = parts[0]
  const last = parts.at(-1)
  if (first !== undefined) first.text = first.text.trimStart()
  if (last !== undefined) last.text = last.text.trimEnd()
  return parts.filter(({ text }) => text !== '')
}

export function wordsOf(text: PlainText): string {
  return text.map(part => part.text).join('')
}

export function isPiece(inline: Inline): inline is Piece {
  return typeof inline === 'object' && inline !== null && !Array.isArray(inline)
}
