import { styleSheet } from '../html/style-sheet.ts'
import type { Figure } from './blocks.ts'

/**
 * A drawing of the report as an SVG file of its own: light colors on white, with the rules of the report's style sheet and
 * colors in place of its variables, which few programs other than browsers know.
 */
export function standaloneFigure({ svg }: Figure): string {
  const box = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)
  const [width, height] = [box?.[1] ?? '760', box?.[2] ?? '320']
  const attributes = `xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`
  // It follows the drawing's own opening tag; a color scheme of the viewer does not reach a file for print.
  const style = `<style>${lightStyle()}</style><rect width="100%" height="100%" fill="#ffffff"/>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svg.replace(/^<svg ([^>]*)>/, (_, svgAttributes: string) => `<svg ${attributes} ${svgAttributes}>${style}`)}\n`
}

function lightStyle(): string {
  const sheet = styleSheet()
  const dark = sheet.indexOf('@media (prefers-color-scheme:dark)')
  const layout = sheet.indexOf('\n', dark)
  const print = sheet.indexOf('@media print')
  const rules = sheet.slice(0, dark) + sheet.slice(layout, print)
  // Elements of a file of its own have no page around them.
  const colors = new Map(
    [...rules.matchAll(/(--[\w-]+):([^;}]+)/g)].map(([, name = '', color = '']) => [name, color]),
  )
  const plain = rules.replace(
    /var\((--[\w-]+)\)/g,
    (whole, name: string) => colors.get(name) ?? whole,
  )
  return `${plain.replace('color-scheme:light dark', 'color-scheme:light').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}svg{font-family:system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif}`
}
