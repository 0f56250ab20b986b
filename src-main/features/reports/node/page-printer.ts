import { printPdf } from './print-page.ts'

/** Who prints a page: an installed browser, or the desktop host, which is one. */
export interface PagePrinter {
  /** A4 pages as the style sheet of the report asks for. @throws AppError `child.gone`, `browser.missing` */
  printPdf(html: string): Promise<Uint8Array>
}

/** An installed Chromium, Chrome or Edge. */
export const browserPrinter: PagePrinter = { printPdf }
