import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { expect, it } from 'vitest'
import { currentPage } from '../../../scripts/architecture.ts'

const root = path.join(import.meta.dirname, '../../..')
const page = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8')
const { about, layers } = createRequire(import.meta.url)('../../../layers.config.cjs') as Record<
  'about' | 'layers',
  Record<string, unknown>
>

it('draws the processes and folders of today', () => {
  expect(currentPage(page)).toBe(page)
  expect(page).toContain('| `search`')
})

it('says what is in every folder, and names no other', () => {
  const folders = readdirSync(path.join(root, 'src-main'), { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
  expect(Object.keys(layers).toSorted()).toEqual(folders.toSorted())
  expect(Object.keys(about).toSorted()).toEqual(folders.toSorted())
})

it('links only to pages that exist', () => {
  for (const file of ['README.md', 'CONTRIBUTING.md', 'docs/index.md', 'docs/architecture.md']) {
    const text = readFileSync(path.join(root, file), 'utf8')
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      const target = path.join(root, path.dirname(file), link)
      expect(existsSync(target), `${file}: ${link}`).toBe(true)
    }
  }
})
