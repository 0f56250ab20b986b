/** What a canvas shows, on a background, as base64 of a PNG. */
export function pictureOf(
  canvas: HTMLCanvasElement | null,
  background: string,
): string | undefined {
  if (canvas === null) return undefined
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  const context = copy.getContext('2d')
  if (context === null) return undefined
  context.fillStyle = background
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, 0, 0)
  return base64Of(copy)
}

/** Sharp enough for a page of print. */
const SCALE = 2

/** An SVG file, painted, as base64 of a PNG. */
export async function pictureOfDrawing(svg: string): Promise<string | undefined> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth * SCALE
    canvas.height = image.naturalHeight * SCALE
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    return base64Of(canvas)
  } finally {
    URL.revokeObjectURL(url)
  }
}

function base64Of(canvas: HTMLCanvasElement): string | undefined {
  return canvas.toDataURL('image/png').split(',')[1]
}
