import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import ts from 'typescript'

/**
 * Draws what docs/architecture.md shows of the code itself: the processes, from the map of their methods, and the folders, from
 * the table of layers. `node bin/run.cjs scripts/architecture.ts` writes both anew; a test checks that the page is current.
 */
interface Layers {
  readonly layers: Readonly<
    Record<string, { readonly pure: boolean; readonly imports: readonly string[] }>
  >
  readonly about: Readonly<Record<string, string>>
}

const root = path.join(import.meta.dirname, '..')
const pagePath = path.join(root, 'docs/architecture.md')
const { layers, about } = createRequire(import.meta.url)('../layers.config.cjs') as Layers

/** The page with both tables as the code is now. */
export function currentPage(page: string): string {
  return [
    ['processes', processTable()],
    ['folders', folderTable()],
  ].reduce(
    (text, [name = '', table = '']) =>
      text.replace(
        new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end of ${name} -->)`),
        (_, start: string, end: string) => `${start}\n${table}\n\n${end}`,
      ),
    page,
  )
}

function folderTable(): string {
  const names = Object.keys(layers)
  const rows = names.map(name => {
    const { pure = false, imports = [] } = layers[name] ?? {}
    return [`\`${name}/\``, pure ? 'pure' : 'Node', about[name] ?? '', importsText(imports)]
  })
  return table(['folder', 'kind', 'what is in it', 'imports'], rows)
}

/** The pure folders by one word, where all of them may be imported. */
function importsText(imports: readonly string[]): string {
  const pure = Object.keys(layers).filter(name => layers[name]?.pure === true)
  if (!pure.every(name => imports.includes(name))) return imports.join(', ')
  return ['all pure ones', ...imports.filter(name => !pure.includes(name))].join(', ')
}

/** Every member of the interface `ProcessApis`: its name, what its comment says, its methods. */
function processTable(): string {
  const file = path.join(root, 'src-main/core/processes/process-apis.ts')
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const rows: string[][] = []
  source.forEachChild(node => {
    if (!ts.isInterfaceDeclaration(node) || node.name.text !== 'ProcessApis') return
    for (const member of node.members) {
      if (!ts.isPropertySignature(member) || member.type === undefined) continue
      const methods = ts.isTypeLiteralNode(member.type) ? member.type.members : []
      rows.push([
        `\`${member.name.getText().replaceAll("'", '')}\``,
        ts
          .getJSDocCommentsAndTags(member)
          .map(({ comment }) => (typeof comment === 'string' ? comment : ''))
          .join(' ')
          .replace(/\s+/g, ' '),
        [...methods].map(method => `\`${method.name?.getText() ?? ''}\``).join(' '),
      ])
    }
  })
  return table(['process', 'what it does', 'methods'], rows)
}

/** A table as prettier lays it out, so that formatting changes nothing. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}

if (import.meta.main) writeFileSync(pagePath, currentPage(readFileSync(pagePath, 'utf8')))
