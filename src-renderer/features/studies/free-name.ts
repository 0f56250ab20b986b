/** The name if no study has it, else the first of name-2, name-3 … that is free. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const base = name.replace(/-\d+$/, '')
  let count = 2
  while (taken.has(`${base}-${count}`)) count++
  return `${base}-${count}`
}

/** A study file under another name; everything else, comments too, stays as it is. */
export function withName(source: string, name: string): string {
  const quoted = /^[\w][\w .-]*$/.test(name) ? name : JSON.stringify(name)
  if (/^\s*\{/.test(source)) {
    return source.replace(
      /("name"\s*:\s*)"(?:[^"\\]|\\.)*"/,
      (_, key) => `${key}${JSON.stringify(name)}`,
    )
  }
  return source.replace(/^name:.*$/m, () => `name: ${quoted}`)
}
