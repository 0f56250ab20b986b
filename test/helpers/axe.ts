import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'

/** What axe needs of its page; the rest of its interface is not used. */
interface AxeWindow {
  readonly axe: {
    run(
      scope: Document,
      options: object,
    ): Promise<{
      passes: unknown[]
      violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[]
    }>
  }
}

const source = readFileSync(
  fileURLToPath(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url)),
  'utf8',
)

/**
 * Breaches of WCAG 2.2 A and AA on a page as it is when nothing fades, each with its element. Colors are read over some
 * time, in which a button may be enabled: until they are, nothing is allowed to fade at all.
 */
export async function accessibilityBreaches(page: Page): Promise<string[]> {
  // Through the debugger, so that the page's own policy stays in force.
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: `if (!('axe' in window)) { ${source} }` })
  await session.detach()
  const { passes, violations } = await page.evaluate(async () => {
    const { axe } = window as unknown as AxeWindow
    const still = new CSSStyleSheet()
    still.replaceSync('*, *::before, *::after { transition: none !important }')
    document.adoptedStyleSheets.push(still)
    const fading = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    // One that is canceled has ended as well.
    await Promise.allSettled(fading.map(({ finished }) => finished))
    try {
      return await axe.run(document, {
        resultTypes: ['violations'],
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      })
    } finally {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== still)
    }
  })
  if (passes.length === 0) throw new Error('axe checked nothing')
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = '' }) => `${id}: ${String(target)} ${failureSummary}`),
  )
}

/** Does something in each theme; the page follows the system's. */
export async function inBothThemes(
  page: Page,
  look: (theme: 'light' | 'dark') => Promise<void>,
): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme })
    await page.locator(theme === 'dark' ? 'html.dark' : 'html:not(.dark)').waitFor()
    await look(theme)
  }
}
