import type { Page } from '@playwright/test'

/**
 * Parts of a page that nobody can see whole, each as its path and how far it is cut: what stands outside the window or outside a
 * box that hides the rest without a scroll bar. A text that ends in dots counts unless its title says the whole;
 * the head of a table scrolls with its rows.
 */
export async function cutParts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SLACK_PX = 1.5
    const describe = (element: Element): string => {
      const parts: string[] = []
      for (
        let at: Element | null = element;
        at !== null && parts.length < 4;
        at = at.parentElement
      ) {
        const name = at.getAttribute('class')?.split(' ').slice(0, 2).join('.') ?? ''
        parts.unshift(`${at.localName}${name === '' ? '' : `.${name}`}`)
      }
      return `${parts.join(' > ')} "${(element.textContent ?? '').trim().slice(0, 40)}"`
    }
    /** Text and pictures; what only holds others is judged by them. */
    const isContent = (element: Element): boolean =>
      element.matches('input, textarea, canvas, img, svg, button, progress') ||
      [...element.childNodes].some(
        node => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      )
    /** Many parts stand in the same boxes, and styles are slow to ask for. */
    const boxes = new Map<Element, { clipPath: string; overflowX: string }>()
    const boxOf = (element: Element): { clipPath: string; overflowX: string } => {
      const cachedBox = boxes.get(element)
      if (cachedBox !== undefined) return cachedBox
      const { clipPath, overflowX } = getComputedStyle(element)
      boxes.set(element, { clipPath, overflowX })
      return { clipPath, overflowX }
    }
    const cut: string[] = []
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth + SLACK_PX) {
      cut.push(`the page is ${root.scrollWidth - root.clientWidth} px wider than its window`)
    }
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (
        !isContent(element) ||
        element.closest(
          'svg svg, .visually-hidden, [aria-hidden=true], .el-table__header-wrapper',
        ) !== null
      )
        continue
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      const style = getComputedStyle(element)
      const box = element.getBoundingClientRect()
      if (style.clipPath !== 'none' || box.width === 0 || box.height === 0) continue
      if (box.right < 0 || box.bottom < 0) continue
      const isOwnText = !element.matches('input, textarea, canvas, img, svg, progress')
      if (
        isOwnText &&
        style.overflowX !== 'visible' &&
        style.overflowX !== 'auto' &&
        style.overflowX !== 'scroll'
      ) {
        const beyond = element.scrollWidth - element.clientWidth
        if (beyond > SLACK_PX && element.closest('[title]') === null) {
          cut.push(`${describe(element)} hides ${beyond} px of itself`)
        }
      }
      // What a box hides that cannot be scrolled to.
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        const outer = boxOf(at)
        if (outer.clipPath !== 'none') break
        if (outer.overflowX === 'auto' || outer.overflowX === 'scroll') break
        const isRoot = at === document.body
        if (!isRoot && outer.overflowX !== 'hidden' && outer.overflowX !== 'clip') continue
        const frame = at.getBoundingClientRect()
        const right = isRoot ? root.clientWidth : frame.right
        const left = isRoot ? 0 : frame.left
        const beyond = Math.max(box.right - right, left - box.left)
        if (beyond > SLACK_PX && element.closest('[title]') === null) {
          cut.push(
            `${describe(element)} stands ${Math.round(beyond)} px outside ${describe(at).split(' "')[0]}`,
          )
        }
        break
      }
    }
    return [...new Set(cut)]
  })
}
