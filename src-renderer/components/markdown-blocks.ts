/** A part of a Markdown text. */
export interface MarkdownBlock {
  readonly kind: 'heading' | 'list' | 'code' | 'paragraph'
  /** Without the signs of Markdown. */
  readonly lines: readonly string[]
}

/** Blocks of Markdown as this program writes it: ATX headings, `-` lists, fenced code, paragraphs. Whatever else there is stays a paragraph. */
export function markdownBlocks(text: string): readonly MarkdownBlock[] {
  const blocks: { kind: MarkdownBlock['kind']; lines: string[] }[] = []
  let open: { kind: MarkdownBlock['kind']; lines: string[] } | null = null
  const add = (kind: MarkdownBlock['kind'], line: string): void => {
    if (open?.kind !== kind || kind === 'heading') {
      open = { kind, lines: [] }
      blocks.push(open)
    }
    open.lines.push(line)
  }
  let isCode = false
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      isCode = !isCode
      open = null
    } else if (isCode) add('code', line)
    else if (line.trim() === '') open = null
    else if (/^#{1,6} /.test(line)) add('heading', line.replace(/^#+ /, ''))
    else if (line.startsWith('- ')) add('list', line.slice(2))
    else add('paragraph', line)
  }
  return blocks
}
