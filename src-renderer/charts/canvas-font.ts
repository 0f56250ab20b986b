import { useEventListener } from '@vueuse/core'

/** The page's letters for canvases: of the smaller size, which follows the reader's own. */
export function canvasFont(): { readonly family: string; readonly sizePx: number } {
  const rootPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  return { family: getComputedStyle(document.body).fontFamily, sizePx: 0.75 * (rootPx || 16) }
}

/** A canvas keeps the letters that it was drawn with: it is drawn again once a font has come. */
export function whenFontsCome(draw: () => void): void {
  // Test pages have none.
  const fonts = document.fonts as FontFaceSet | undefined
  if (fonts !== undefined) useEventListener(fonts, 'loadingdone', draw)
}
