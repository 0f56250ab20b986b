/*
 * Counts the lines of the product: those of src-main and src-renderer (.ts, .vue, .css) that hold something other
 * than blanks and comments.
 *
 *   node bin/run.cjs scripts/count-lines.ts [folder of a checkout] [--json]
 *
 * Left out are catalogs of sentences (every folder named `i18n`, and `reports/html/messages`, which was the
 * report's catalog) and the steps of the database (`migrations`). Comments are found by TypeScript's own scanner
 * and by Vue's own parser, so that `//` inside of a text or of a pattern is no comment. A line with code and a
 * comment counts; a blank line inside of a text does not. Comments inside of an expression of a Vue template are
 * counted as code; there are none.
 */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { parse as parseComponent } from 'vue/compiler-sfc'

interface TemplateNode {
  readonly type: number
  readonly loc: {
    readonly start: { readonly offset: number }
    readonly end: { readonly offset: number }
  }
  readonly children?: readonly unknown[]
}

/** `NodeTypes.COMMENT` of @vue/compiler-core. */
const commentNode = 3

type Range = readonly [start: number, end: number]

/** Everything of a TypeScript text that no token covers: comments, and blanks between tokens. */
function scriptComments(text: string): Range[] {
  const source = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS)
  const ranges: Range[] = []
  let end = 0
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return
    const children = node.getChildren(source).filter(child => !ts.isJSDoc(child))
    if (children.length > 0) return children.forEach(visit)
    const start = node.getStart(source, false)
    if (node.getEnd() === start) return
    ranges.push([end, start])
    end = node.getEnd()
  }
  visit(source)
  return [...ranges, [end, text.length]]
}

function styleComments(text: string): Range[] {
  const commentOrText = /\/\*[\s\S]*?\*\/|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/g
  return [...text.matchAll(commentOrText)]
    .filter(match => match[0].startsWith('/*'))
    .map(match => [match.index, match.index + match[0].length])
}

function componentComments(text: string, file: string): Range[] {
  const { descriptor, errors } = parseComponent(text, { templateParseOptions: { comments: true } })
  if (errors.length > 0) throw new Error(`${file}: ${String(errors[0])}`)
  const blocks = [
    descriptor.template,
    descriptor.script,
    descriptor.scriptSetup,
    ...descriptor.styles,
    ...descriptor.customBlocks,
  ]
    .filter(block => block !== null)
    .sort((first, other) => first.loc.start.offset - other.loc.start.offset)
  const ranges: Range[] = []
  let end = 0
  for (const block of blocks) {
    const { start, end: blockEnd } = block.loc
    const between = text.slice(end, start.offset)
    for (const match of between.matchAll(/<!--[\s\S]*?-->/g)) {
      ranges.push([end + match.index, end + match.index + match[0].length])
    }
    end = blockEnd.offset
    if (block.type === 'template') {
      collectTemplateComments(descriptor.template?.ast, ranges)
    } else {
      const find = block.type === 'style' ? styleComments : scriptComments
      for (const [from, to] of find(block.content)) {
        ranges.push([start.offset + from, start.offset + to])
      }
    }
  }
  return ranges
}

function collectTemplateComments(node: TemplateNode | undefined, ranges: Range[]): void {
  if (node === undefined) return
  if (node.type === commentNode) ranges.push([node.loc.start.offset, node.loc.end.offset])
  for (const child of node.children ?? []) {
    collectTemplateComments(child as TemplateNode, ranges)
  }
}

/** Lines of a file that hold something other than blanks and comments. */
export function countLines(text: string, file: string): number {
  const find = file.endsWith('.ts')
    ? scriptComments
    : file.endsWith('.css')
      ? styleComments
      : (content: string) => componentComments(content, file)
  let code = ''
  let end = 0
  for (const [from, to] of find(text)) {
    code += text.slice(end, from) + text.slice(from, to).replace(/[^\n]/g, '')
    end = to
  }
  return (code + text.slice(end)).split('\n').filter(line => line.trim() !== '').length
}

function isCounted(file: string): boolean {
  const folders = file.split('/').slice(0, -1)
  return (
    /\.(ts|vue|css)$/.test(file) &&
    !folders.includes('i18n') &&
    !folders.includes('migrations') &&
    !file.startsWith('src-main/reports/html/messages/')
  )
}

/** Files and lines per folder right below src-main and src-renderer, `.` for files beside those folders. */
export function countProduct(root: string): Map<string, { files: number; lines: number }> {
  const rows = new Map<string, { files: number; lines: number }>()
  for (const top of ['src-main', 'src-renderer']) {
    const names = readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
    for (const name of names.map(each => `${top}/${each.replaceAll('\\', '/')}`).sort()) {
      if (!isCounted(name)) continue
      const [, folder = '', ...innerParts] = name.split('/')
      const key = `${top}/${innerParts.length === 0 ? '.' : folder}`
      const row = rows.get(key) ?? { files: 0, lines: 0 }
      rows.set(key, {
        files: row.files + 1,
        lines: row.lines + countLines(readFileSync(path.join(root, name), 'utf8'), name),
      })
    }
  }
  return rows
}

if (import.meta.main) {
  const root = process.argv.slice(2).find(each => !each.startsWith('--'))
  const rows = countProduct(root ?? path.join(import.meta.dirname, '..'))
  const total = { files: 0, lines: 0 }
  for (const { files, lines } of rows.values()) {
    total.files += files
    total.lines += lines
  }
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ total, folders: Object.fromEntries(rows) }))
  } else {
    for (const [folder, { files, lines }] of [...rows, ['total', total] as const]) {
      console.log(
        `${folder.padEnd(28)}${String(files).padStart(6)} files${String(lines).padStart(8)} lines`,
      )
    }
  }
}
