import { ownValue } from '../../core/values/named-values.ts'
import type { Translate } from '../../core/i18n/translate.ts'
import type { Markup } from '../html/markup.ts'
import type { Block, Inline } from './blocks.ts'

/**
 * The sections of the HTML report as blocks, so that every format says the same. It reads the well-formed markup that this
 * folder's neighbor writes (every element closed, every attribute quoted), not HTML at large.
 */
export function readBlocks(
  sections: readonly { readonly id: string; readonly content: Markup }[],
  t: Translate,
): Block[] {
  return sections.flatMap(({ id, content }) => new SectionReader(id, t).read(parse(content.text)))
}

interface Element {
  readonly tag: string
  readonly attributes: string
  readonly children: (Element | string)[]
  /** Where its markup begins and ends in the text of the section. */
  readonly from: number
  to: number
  readonly source: string
}

const token = /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w:-]+="[^"]*")*)\s*(\/?)>/g
const empty: ReadonlySet<string> = new Set(['wbr', 'br', 'meta', 'link'])

function parse(source: string): Element {
  const root: Element = {
    tag: '',
    attributes: '',
    children: [],
    from: 0,
    to: source.length,
    source,
  }
  const open: Element[] = [root]
  let end = 0
  for (const match of source.matchAll(token)) {
    const parent = open.at(-1) as Element
    if (match.index > end) parent.children.push(source.slice(end, match.index))
    end = match.index + match[0].length
    const [, closing, tag = '', attributes = '', selfClosing] = match
    if (closing === '/') {
      parent.to = end
      open.pop()
      continue
    }
    const element: Element = { tag, attributes, children: [], from: match.index, to: end, source }
    parent.children.push(element)
    if (selfClosing !== '/' && !empty.has(tag)) open.push(element)
  }
  if (end < source.length) root.children.push(source.slice(end))
  return root
}

class SectionReader {
  readonly #id: string
  readonly #inline: (element: Element) => Inline
  readonly #blocks: Block[] = []
  #figures = 0
  #caption = ''

  constructor(id: string, t: Translate) {
    this.#id = id
    const betweenLines = t('list.clauses')
    this.#inline = element => inlineOf(element, betweenLines)
  }

  read(root: Element): Block[] {
    this.#visit(root)
    return this.#blocks
  }

  #visit(element: Element): void {
    for (const child of element.children) {
      if (typeof child !== 'string') this.#readElement(child)
    }
  }

  #readElement(element: Element): void {
    const { tag } = element
    switch (tag) {
      case 'h2':
      case 'h3':
        this.#add({ kind: 'heading', level: tag === 'h2' ? 2 : 3, text: this.#inline(element) })
        return
      case 'figcaption':
        this.#caption = text(element)
        return
      case 'p':
        // Of a small chart the paragraph before it is its caption.
        if (hasClass(element, 'cell-title')) this.#caption = text(element)
        else this.#add({ kind: 'paragraph', text: this.#inline(element) })
        return
      case 'ul':
      case 'ol':
        if (hasClass(element, 'legend')) return
        this.#add({
          kind: 'list',
          ordered: tag === 'ol',
          items: elements(element, 'li').map(this.#inline),
        })
        return
      case 'dl':
        this.#add({
          kind: 'descriptionList',
          items: elements(element, 'div').flatMap(pair => {
            const [name] = elements(pair, 'dt')
            const [value] = elements(pair, 'dd')
            return name === undefined || value === undefined
              ? []
              : [[this.#inline(name), this.#inline(value)] as const]
          }),
        })
        return
      case 'table':
        this.#table(element)
        return
      case 'pre':
        this.#add({ kind: 'code', text: text(element, false) })
        return
      case 'svg':
        if (hasClass(element, 'chart')) this.#figure(element)
        return
      case 'summary':
        return
      default:
        this.#visit(element)
    }
  }

  #figure(element: Element): void {
    this.#figures++
    const caption = /aria-label="([^"]*)"/.exec(element.attributes)?.[1] ?? ''
    this.#add({
      kind: 'figure',
      figure: {
        name: `${this.#id}-${this.#figures}`,
        caption: caption === '' ? this.#caption : decode(caption),
        svg: element.source.slice(element.from, element.to),
      },
    })
  }

  #table(element: Element): void {
    const rows = elements(element, 'tr').map(row =>
      row.children.filter((cell): cell is Element => typeof cell !== 'string'),
    )
    const [header = [], ...body] = rows
    this.#add({
      kind: 'table',
      table: {
        header: header.map(cell => ({
          text: this.#inline(cell),
          numeric: hasClass(cell, 'number'),
        })),
        rows: body.map(row => row.map(this.#inline)),
      },
    })
  }

  #add(block: Block): void {
    this.#blocks.push(block)
  }
}

function hasClass({ attributes }: Element, name: string): boolean {
  return new RegExp(`class="[^"]*\\b${name}\\b[^"]*"`).test(attributes)
}

/** Elements of one tag, at any depth but not within one another. */
function elements(element: Element, tag: string): Element[] {
  return element.children.flatMap(child =>
    typeof child === 'string' ? [] : child.tag === tag ? [child] : elements(child, tag),
  )
}

/** Elements that stand on a line of their own, or need a space to their neighbor. */
const apart: ReadonlySet<string> = new Set(['li', 'strong'])

function inlineOf(element: Element, betweenLines: string): Inline {
  const pieces: { text: string; code: boolean }[] = []
  const add = (text: string, code: boolean): void => {
    const last = pieces.at(-1)
    if (last?.code === code) last.text += text
    else if (text !== '') pieces.push({ text, code })
  }
  const visit = (node: Element, code: boolean): void => {
    for (const child of node.children) {
      if (typeof child === 'string') {
        add(decode(child).replace(/\s+/g, ' '), code)
        continue
      }
      if (child.tag === 'svg') continue
      const isLine = hasClass(child, 'line')
      if (isLine && pieces.length > 0) add(betweenLines, false)
      else if (
        apart.has(child.tag) ||
        hasClass(child, 'tile-value') ||
        hasClass(child, 'tile-note')
      )
        add(' ', false)
      visit(child, code || child.tag === 'code')
    }
  }
  visit(element, false)
  const first = pieces[0]
  const last = pieces.at(-1)
  if (first !== undefined) first.text = first.text.trimStart()
  if (last !== undefined) last.text = last.text.trimEnd()
  return pieces.filter(piece => piece.text !== '')
}

function text(element: Element, joined = true): string {
  const parts = element.children.map((child): string => {
    if (typeof child === 'string') return decode(child)
    return child.tag === 'svg' ? '' : text(child, joined)
  })
  return joined ? parts.join('').replace(/\s+/g, ' ').trim() : parts.join('')
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}

function decode(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, entity => ownValue(entities, entity) ?? entity)
}
