import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

const root = path.resolve(import.meta.dirname, '../..')

/**
 * Hash of the source files that a sampler's proposals can depend on: the file that defines it and everything that it
 * imports. Results of another version are not mixed with those of this one.
 * @throws Error if no file defines a sampler of this name
 */
export function sourceVersion(sampler: string): string {
  const folder = sampler.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
  const file = `src-main/search/samplers/${folder}/${folder}.ts`
  if (!existsSync(path.join(root, file))) throw new Error(`no file defines the sampler ${sampler}`)
  const seen = new Set<string>()
  const waiting = [path.join(root, file), path.join(root, 'src-main/math/random/stream.ts')]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    const { importedFiles } = ts.preProcessFile(readFileSync(next, 'utf8'))
    for (const { fileName } of importedFiles) {
      if (fileName.startsWith('.')) waiting.push(path.resolve(path.dirname(next), fileName))
    }
  }
  const hash = createHash('sha256')
  for (const name of [...seen].sort()) {
    hash.update(path.relative(root, name)).update('\0').update(readFileSync(name)).update('\0')
  }
  return hash.digest('hex').slice(0, 12)
}
