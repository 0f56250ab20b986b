import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const packaged = path.join(root, 'node_modules/@fontsource-variable/noto-sans-sc/wght.css')

/** The signs of each file of a font, as its style sheet has them. */
function signsOf(css: string): Map<string, string[]> {
  const fontFaces = css.matchAll(/([\w-]+\.woff2)[^}]*unicode-range:\s*([^;}]+)/g)
  return new Map(
    Array.from(fontFaces, ([, file = '', range = '']) => [file, range.toLowerCase().split(/,\s*/)]),
  )
}

it('marks of Chinese text come from the files of the font that hold them', () => {
  const packagedSigns = signsOf(readFileSync(packaged, 'utf8'))
  const ownSigns = signsOf(readFileSync(path.join(root, 'src-renderer/styles/fonts.css'), 'utf8'))
  expect(ownSigns.size).toBe(2)
  for (const [file, signs] of ownSigns)
    expect(packagedSigns.get(file), file).toEqual(expect.arrayContaining(signs))
})
