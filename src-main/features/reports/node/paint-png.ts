import { Resvg, type ResvgRenderOptions } from '@resvg/resvg-js'
import { AppError } from '../../../core/errors/errors.ts'

const options = {
  fitTo: { mode: 'zoom', value: 2 },
  font: { loadSystemFonts: true },
} satisfies ResvgRenderOptions

/** A picture of a drawing at twice its size, with the fonts of the system. @param svg with a size of its own */
export function paintPng(svg: string): Buffer {
  return new Resvg(svg, options).render().asPng()
}

/** No character, and none ever: a font draws it as what it draws where it has no glyph. Private code points have glyphs in fonts of icons and of TeX. */
const withoutGlyph = '\u{FDD0}'
const CELL = 16
const SHOWN = 20

/**
 * Whether some font of this machine has every character of the drawings. Each is drawn alone and compared with one that has
 * no glyph.
 * @throws AppError `font.missing`
 */
export function requireGlyphs(drawings: readonly string[]): void {
  const texts = drawings.flatMap(svg =>
    [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]*)/g)].map(([, text = '']) => text),
  )
  const characters = [...new Set(texts.join('').replaceAll(/&[^;]*;|\s/gu, ''))]
  const cells = [withoutGlyph, ...characters].map(
    (character, row) => `<text x="1" y="${(row + 0.75) * CELL}" font-size="12">${character}</text>`,
  )
  const size = `width="${CELL}" height="${cells.length * CELL}"`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${cells.join('')}</svg>`
  const { pixels } = new Resvg(svg, { font: options.font }).render()
  const bytes = 4 * CELL * CELL
  const pixelsOf = (row: number): Buffer => pixels.subarray(row * bytes, (row + 1) * bytes)
  const missing = characters.filter((_, index) => pixelsOf(index + 1).equals(pixelsOf(0)))
  if (missing.length > 0) {
    throw new AppError('font.missing', { characters: missing.slice(0, SHOWN).join('') })
  }
}
