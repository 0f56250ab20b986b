import type { FromBackEnd, ToBackEnd } from '../contract/back-end-protocol.ts'
import { deserializeError } from '../contract/errors.ts'
import type { PagePrinter } from '../reporting/page-printer.ts'

interface Waiting {
  readonly resolve: (pdf: Uint8Array) => void
  readonly reject: (error: unknown) => void
}

/** Asks the desktop host, which is a browser itself, to print. */
export class DesktopPrinter implements PagePrinter {
  readonly #send: (message: FromBackEnd) => void
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0

  constructor(send: (message: FromBackEnd) => void) {
    this.#send = send
  }

  async printPdf(html: string): Promise<Uint8Array> {
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#send({ type: 'print', id, html })
    })
  }

  /** What the host answers. */
  printed({ id, result }: Extract<ToBackEnd, { type: 'printed' }>): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    if ('pdf' in result) waiting?.resolve(result.pdf)
    else waiting?.reject(deserializeError(result.error))
  }
}
