import type { BrowserWindow, Display, Rectangle } from 'electron'
import type { DesktopState } from './desktop-state.ts'

const FIRST_SIZE = { width: 1280, height: 840 }
export const SMALLEST_SIZE = { width: 720, height: 480 }
/** Of a window that was moved mostly off a screen, this much can still be grasped. */
const GRASPABLE_PX = 100
/** A person drags a window through hundreds of sizes. */
const SAVE_AFTER_MS = 400

/**
 * Where a window goes: where it was, if enough of its head lies on a screen that is still there, else in the middle of
 * the first screen.
 * @param screens work areas, the primary one first
 */
export function placeWindow(
  saved: Rectangle | null,
  screens: readonly Pick<Display, 'workArea'>[],
): Partial<Rectangle> {
  const [primary] = screens
  if (saved !== null && screens.some(({ workArea }) => isGraspable(saved, workArea))) return saved
  const { width, height } = primary?.workArea ?? FIRST_SIZE
  return {
    width: Math.min(saved?.width ?? FIRST_SIZE.width, width),
    height: Math.min(saved?.height ?? FIRST_SIZE.height, height),
  }
}

function isGraspable(window: Rectangle, area: Rectangle): boolean {
  const visible =
    Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const headIsInside = window.y >= area.y && window.y <= area.y + area.height - GRASPABLE_PX / 2
  return visible >= GRASPABLE_PX && headIsInside
}

/** Remembers place and size of a window, also when it is closed at once after a change. */
export function storeWindowState(
  window: Pick<BrowserWindow, 'on' | 'getNormalBounds' | 'isMaximized' | 'isDestroyed'>,
  save: (change: Pick<DesktopState, 'bounds' | 'maximized'>) => void,
): void {
  let timer: NodeJS.Timeout | null = null
  const saveNow = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (window.isDestroyed()) return
    save({ bounds: window.getNormalBounds(), maximized: window.isMaximized() })
  }
  const saveSoon = (): void => {
    timer ??= setTimeout(saveNow, SAVE_AFTER_MS)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('close', saveNow)
}
