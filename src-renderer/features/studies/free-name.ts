import { isMap, isScalar, parse, parseDocument } from 'yaml'

/** The name if no study has it, else the first of name-2, name-3 … that is free. */
export function freeName(name: string, usedNames: ReadonlySet<string>): string {
  if (!usedNames.has(name)) return name
  const base = name.replace(/-\d+$/, '')
  let count = 2
  while (usedNames.has(`${base}-${count}`)) count++
  return `${base}-${count}`
}

/**
 * A study file, YAML or JSON, under another name; everything else, comments too, stays as it is. So does a file that cannot be
 * read or has no name.
 */
export function withName(source: string, name: string): string {
  const { contents } = parseDocument(source)
  const node: unknown = isMap(contents) ? contents.get('name', true) : undefined
  if (!isScalar(node) || !node.range) return source
  const [start, end] = node.range
  const isPlain = node.type !== 'QUOTE_DOUBLE' && /^\w[\w .-]*$/.test(name) && parse(name) === name
  const written = isPlain ? name : JSON.stringify(name)
  const ending = node.type?.startsWith('BLOCK') === true ? '\n' : ''
  return source.slice(0, start) + written + ending + source.slice(end)
}
