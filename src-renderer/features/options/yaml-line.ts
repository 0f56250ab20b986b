import { parse, stringify } from 'yaml'

/** A value as YAML writes it in one line; empty for undefined, which is not null. */
export function yamlLine(value: unknown): string {
  if (value === undefined) return ''
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
}

/** The value that a line writes; a line that is no YAML yet stays a text, for the check to name it. */
export function fromYamlLine(line: string): unknown {
  try {
    return line.trim() === '' ? undefined : parse(line)
  } catch {
    return line
  }
}
