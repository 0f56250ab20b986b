import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { buildZip } from '../src-main/features/reports/node/zip.ts'

/**
 * Writes the package for Python as a wheel, alone into a folder: pip takes one from a place that nobody may write to, and asks no network for
 * the tools that build one.
 * @param project the folder of its `pyproject.toml`
 */
export async function writePythonWheel(project: string, folder: string): Promise<string> {
  const pyproject = readFileSync(path.join(project, 'pyproject.toml'), 'utf8')
  const readField = (key: string): string => {
    const [, value] = new RegExp(`^${key} = "(.*)"$`, 'm').exec(pyproject) ?? []
    if (value === undefined) throw new Error(`pyproject.toml names no ${key}`)
    return value
  }
  const release = `${readField('name')}-${readField('version')}`
  const info = `${release}.dist-info`
  const metadata = [
    'Metadata-Version: 2.4',
    `Name: ${readField('name')}`,
    `Version: ${readField('version')}`,
    `Summary: ${readField('description')}`,
    `License-Expression: ${readField('license')}`,
    'License-File: LICENSE',
    `Requires-Python: ${readField('requires-python')}`,
    'Description-Content-Type: text/markdown',
    '',
    readFileSync(path.join(project, 'README.md'), 'utf8'),
  ]
  const sources = path.join(project, 'src')
  const files = new Map<string, Buffer>()
  for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' }).toSorted()) {
    if (!/\.py$|py\.typed$/.test(file)) continue
    files.set(file.replaceAll('\\', '/'), readFileSync(path.join(sources, file)))
  }
  files.set(`${info}/licenses/LICENSE`, readFileSync(path.join(project, 'LICENSE')))
  files.set(`${info}/METADATA`, Buffer.from(metadata.join('\n')))
  const kind = ['Wheel-Version: 1.0', 'Generator: tunewright', 'Root-Is-Purelib: true']
  files.set(`${info}/WHEEL`, Buffer.from([...kind, 'Tag: py3-none-any', ''].join('\n')))
  const records = Array.from(files, ([name, content]) => {
    const hash = createHash('sha256').update(content).digest('base64url')
    return `${name},sha256=${hash},${content.length}`
  })
  files.set(`${info}/RECORD`, Buffer.from([...records, `${info}/RECORD,,`, ''].join('\n')))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const wheel = path.join(folder, `${release}-py3-none-any.whl`)
  writeFileSync(wheel, await buildZip(files))
  return wheel
}
