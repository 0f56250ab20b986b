import { isMap, isScalar, LineCounter, parseAllDocuments, type ParsedNode } from 'yaml'
import { msg } from '../../core/errors/message.ts'
import type { PythonLiteral } from './python-source.ts'
import type { ScriptSetting, UnreadPart } from './script-description.ts'

/**
 * Every value of a configuration file (YAML, JSON or simple TOML) by the path of its keys, such as `optimizer.lr`. Values that refer to others (`${lr}`) are
 * left out: their origin is the setting.
 */
export function readConfig(
  text: string,
  file: string,
): { readonly settings: readonly ScriptSetting[]; readonly unread: readonly UnreadPart[] } {
  return file.endsWith('.toml') ? readToml(text, file) : readYaml(text, file)
}

function readYaml(text: string, file: string): ReturnType<typeof readConfig> {
  const lineCounter = new LineCounter()
  const settings: ScriptSetting[] = []
  const unread: UnreadPart[] = []
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: false })
  const [document] = Array.isArray(documents) ? documents : []
  if (document === undefined) return { settings, unread }
  for (const error of document.errors)
    unread.push({ file, line: error.linePos?.[0].line ?? 1, reason: msg('script.unread.syntax') })
  const visit = (node: ParsedNode | null, path: readonly string[]): void => {
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue
      const keys = [...path, String(key.value)]
      const line = lineCounter.linePos(key.range?.[0] ?? 0).line
      if (isMap(value)) visit(value, keys)
      else if (isScalar(value)) {
        const setting = configSetting(keys, value.value as PythonLiteral, file, line)
        if (setting !== null) settings.push(setting)
      }
    }
  }
  visit(document.contents, [])
  return { settings, unread }
}

function readToml(text: string, file: string): ReturnType<typeof readConfig> {
  let section: readonly string[] = []
  const settings: ScriptSetting[] = []
  const unread: UnreadPart[] = []
  text.split('\n').forEach((line, index) => {
    const header = /^\s*\[([\w.-]+)\]\s*(#.*)?$/.exec(line)?.[1]
    if (header !== undefined) {
      section = header.split('.')
      return
    }
    const [, key, written] =
      /^\s*([\w.-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s#[{]+)\s*(#.*)?$/.exec(line) ?? []
    if (key === undefined || written === undefined) {
      if (/^\s*[^\s#]/.test(line))
        unread.push({ file, line: index + 1, reason: msg('script.unread.value') })
      return
    }
    const number = Number(written.replaceAll('_', ''))
    const value = /^["']/.test(written)
      ? written.slice(1, -1)
      : /^(true|false)$/.test(written)
        ? written === 'true'
        : Number.isNaN(number)
          ? written
          : number
    const setting = configSetting([...section, ...key.split('.')], value, file, index + 1)
    if (setting !== null) settings.push(setting)
  })
  return { settings, unread }
}

function configSetting(
  keys: readonly string[],
  written: PythonLiteral,
  file: string,
  line: number,
): ScriptSetting | null {
  // PyYAML reads 1e-4 as a text, which scripts then turn into a number.
  const value =
    typeof written === 'string' && /^[+-]?[\d.]+e[+-]?\d+$/i.test(written)
      ? Number(written)
      : written
  if (typeof value === 'string' && value.includes('${')) return null
  return {
    name: keys.at(-1) ?? '',
    source: 'config',
    location: `${file}: ${keys.join('.')}`,
    file,
    line,
    kind:
      typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'number'
          ? Number.isInteger(value) && !/e|\./i.test(String(written))
            ? 'int'
            : 'float'
          : 'text',
    value,
    choices: [],
    option: null,
    optionForm: 'value',
  }
}
