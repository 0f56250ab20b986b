import type { Desktop } from './desktop.ts'
import { until } from './page.ts'
import { mainWindow } from './use-window.ts'

/** Presses the cross of a window, else of the only one, and waits for the question. @returns the window of the question */
export async function askToClose(desktop: Desktop, closing?: string): Promise<string> {
  const window = closing ?? (await desktop.window(...mainWindow))
  desktop.close(window)
  return boxBeside(desktop, [window])
}

/** A box that has come to the front. @param others windows that are there already */
export async function boxBeside(desktop: Desktop, others: readonly string[]): Promise<string> {
  return until('a box', () => {
    const active = desktop.active()
    return active === null || others.includes(active) ? null : active
  })
}

/** Its buttons share the foot of the box; pressed until the box is gone, for a box that still grows misses the first press. */
export async function answer(
  desktop: Desktop,
  box: string,
  button: number,
  buttons = 3,
): Promise<void> {
  await until('a box that has its size', () => {
    const before = desktop.placeIfThere(box)
    const after = desktop.placeIfThere(box)
    return JSON.stringify(before) === JSON.stringify(after) || null
  })
  await until('the end of the box', async () => {
    const place = desktop.placeIfThere(box)
    if (place === null) return true
    const { width, height } = place
    try {
      desktop.click(box, Math.round((width * (button * 2 + 1)) / (buttons * 2)), height - 16)
    } catch {
      // It has just gone.
    }
    await until('its end', () => desktop.placeIfThere(box) === null || null, 2_000).catch(
      () => null,
    )
    return desktop.placeIfThere(box) === null || null
  })
}
