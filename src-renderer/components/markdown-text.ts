import { lexer, type Token, type Tokens } from 'marked'
import { type FunctionalComponent, h, type VNodeChild } from 'vue'

/**
 * Markdown as people write it. Nothing of it becomes HTML or is fetched: tags stand there as they were written, pictures by their
 * text, and links with their address, which can be copied (the application opens no pages).
 */
export const MarkdownText: FunctionalComponent<{ text: string; breaks?: boolean }> = ({
  text,
  breaks = false,
}) => {
  const tokens = readTokens(text, breaks)
  return tokens === null ? h('pre', text) : blocksOf(tokens)
}
MarkdownText.props = { text: { type: String, required: true }, breaks: Boolean }

/** Null where it is nested so deeply that the reader gives up. */
function readTokens(text: string, breaks: boolean): Token[] | null {
  try {
    return lexer(text, { gfm: true, breaks })
  } catch {
    return null
  }
}

function blocksOf(tokens: readonly Token[]): VNodeChild[] {
  return tokens.map(token => blockOf(token))
}

function blockOf(token: Token): VNodeChild {
  switch (token.type) {
    case 'space':
    case 'def':
      return null
    case 'heading':
      // Below the headings of the page.
      return h('h4', inlineOf(token.tokens))
    case 'paragraph':
      return h('p', inlineOf(token.tokens))
    case 'code':
      return h('pre', { tabindex: 0 }, (token as Tokens.Code).text)
    case 'blockquote':
      return h('blockquote', blocksOf(token.tokens ?? []))
    case 'hr':
      return h('hr')
    case 'list':
      return listOf(token as Tokens.List)
    case 'table':
      return tableOf(token as Tokens.Table)
    case 'text':
      return token.tokens === undefined ? plainOf(token) : inlineOf(token.tokens)
    default:
      return plainOf(token)
  }
}

function listOf({ ordered, start, items }: Tokens.List): VNodeChild {
  const first = ordered && start !== '' && start !== 1 ? { start } : {}
  return h(
    ordered ? 'ol' : 'ul',
    { class: 'tight', ...first },
    items.map(({ tokens, task, checked }) =>
      h('li', [task ? (checked ? '☑ ' : '☐ ') : null, ...blocksOf(tokens.filter(isNoCheckbox))]),
    ),
  )
}

const isNoCheckbox = ({ type }: Token): boolean => type !== 'checkbox'

function tableOf({ header, rows }: Tokens.Table): VNodeChild {
  const cells = (tag: string, row: readonly Tokens.TableCell[]): VNodeChild =>
    h(
      'tr',
      row.map(({ tokens }) => h(tag, inlineOf(tokens))),
    )
  return h('table', [
    h('thead', [cells('th', header)]),
    h(
      'tbody',
      rows.map(row => cells('td', row)),
    ),
  ])
}

function inlineOf(tokens: readonly Token[] = []): VNodeChild[] {
  return tokens.map(token => {
    switch (token.type) {
      case 'strong':
      case 'em':
      case 'del':
        return h(token.type, inlineOf(token.tokens))
      case 'codespan':
        return h('code', (token as Tokens.Codespan).text)
      case 'br':
        return h('br')
      case 'escape':
        return (token as Tokens.Escape).text
      case 'text':
        return token.tokens === undefined ? plainOf(token) : inlineOf(token.tokens)
      case 'link': {
        const { href, text } = token as Tokens.Link
        const inner = inlineOf(token.tokens)
        return href === text || href === `mailto:${text}` ? inner : [...inner, ` (${href})`]
      }
      case 'image':
        return (token as Tokens.Image).text
      default:
        return plainOf(token)
    }
  })
}

/** As it was written. */
function plainOf(token: Token): string {
  return token.type === 'text' ? (token as Tokens.Text).text : token.raw
}
