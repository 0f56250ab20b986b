import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from '@playwright/test'

/**
 * Draws the icons of the packages from `resources/icons/icon.svg` with an installed Chromium (its
 * path as an argument; default: Debian's): PNG files by size for Linux, one ICO for Windows, one ICNS for macOS. Run it after
 * the drawing changes: `npm run icons`.
 */
const folder = path.resolve(import.meta.dirname, '../resources/icons')

const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512]
const windowsSizes = [16, 24, 32, 48, 64, 128, 256]
/** Type of an entry by its size in pixels; each holds a PNG (Apple, "Icon Services"). */
const macTypes: readonly (readonly [type: string, size: number])[] = [
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
  ['ic11', 32],
  ['ic12', 64],
  ['ic13', 256],
  ['ic14', 512],
]

const drawing = readFileSync(path.join(folder, 'icon.svg'), 'utf8')
/** macOS takes a shape and colors it itself: of the drawing its lines, black. */
const shape = drawing.replace(/<rect[^>]*\/>/, '').replaceAll(/#fff\b|#ffd166\b/g, '#000')
const images = await draw(drawing, [...linuxSizes, 1024])
const shapes = await draw(shape, [16, 32])
mkdirSync(path.join(folder, 'linux'), { recursive: true })
for (const size of linuxSizes) write(`linux/${size}x${size}.png`, image(size))
write('icon.png', image(512))
write('tray.png', image(32))
// 16 points, and twice as many pixels on a sharp screen.
write('trayTemplate.png', image(16, shapes))
write('trayTemplate@2x.png', image(32, shapes))
write('icon.ico', windowsIcon())
write('icon.icns', macIcon())

async function draw(svg: string, sizes: readonly number[]): Promise<Map<number, Buffer>> {
  const executablePath = process.argv[2] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await browser.newPage()
    const drawn = new Map<number, Buffer>()
    for (const size of sizes) {
      await page.setViewportSize({ width: size, height: size })
      await page.setContent(`<body style="margin:0">${svg}</body>`)
      await page.addStyleTag({
        content: `svg { display: block; width: ${size}px; height: ${size}px }`,
      })
      drawn.set(size, await page.screenshot({ omitBackground: true }))
    }
    return drawn
  } finally {
    await browser.close()
  }
}

function image(size: number, of: ReadonlyMap<number, Buffer> = images): Buffer {
  const bytes = of.get(size)
  if (bytes === undefined) throw new Error(`no image of ${size} pixels`)
  return bytes
}

/** ICO: a directory of 16 bytes an image, then the images, here as PNG (Windows Vista and later). */
function windowsIcon(): Buffer {
  const head = Buffer.alloc(6 + 16 * windowsSizes.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(windowsSizes.length, 4)
  let offset = head.length
  windowsSizes.forEach((size, index) => {
    const at = 6 + 16 * index
    // 0 stands for 256.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(image(size).length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += image(size).length
  })
  return Buffer.concat([head, ...windowsSizes.map(size => image(size))])
}

/** ICNS: entries of a type, their length and a PNG; the first eight bytes say how long the whole is. */
function macIcon(): Buffer {
  const entries = macTypes.map(([type, size]) => entry(type, image(size)))
  return entry('icns', Buffer.concat(entries))
}

function entry(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(8 + content.length, 4)
  return Buffer.concat([head, content])
}

function write(name: string, bytes: Buffer): void {
  writeFileSync(path.join(folder, name), bytes)
}
