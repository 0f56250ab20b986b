import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** How long a page may take to show something on a slow machine. */
const PATIENCE_MS = 100_000

interface Target {
  readonly type: string
  readonly url: string
  readonly webSocketDebuggerUrl?: string
}

interface Evaluated {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly exception?: { readonly description?: string } }
}

/** Every page that is open, whoever's it is. */
export async function allTargets(port: number): Promise<Target[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`)
  return (await answer.json()) as Target[]
}

/** The pages of ours that are open. */
export async function pageTargets(port: number): Promise<Target[]> {
  const targets = await allTargets(port)
  return targets.filter(({ type, url }) => type === 'page' && url.startsWith('app://bundle/'))
}

/**
 * A page, driven by Chromium's own debugging protocol. The drivers that can be had speak only with newer Chromiums, or are as old as this
 * one; a dozen lines of the protocol are enough.
 */
export class WindowPage {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #sent = 0

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as {
        id?: number
        result?: unknown
        error?: { message: string }
      }
      const waiting = this.#waiting.get(message.id ?? -1)
      if (waiting === undefined) return
      this.#waiting.delete(message.id ?? -1)
      if (message.error === undefined) waiting.resolve(message.result)
      else waiting.reject(new Error(message.error.message))
    })
    socket.addEventListener('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the page is gone'))
      this.#waiting.clear()
    })
  }

  /** @param isMeant which of the pages that are open, by its address */
  static async of(
    port: number,
    isMeant: (url: string) => boolean = () => true,
  ): Promise<WindowPage> {
    const address = await until('a page', async () => {
      const targets = await pageTargets(port).catch(() => null)
      if (targets === null) throw new Error('the application has ended')
      return targets.find(({ url }) => isMeant(url))?.webSocketDebuggerUrl
    })
    const socket = new WebSocket(address)
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve)
      socket.addEventListener('error', () => {
        reject(new Error(`no connection with ${address}`))
      })
    })
    return new WindowPage(socket)
  }

  async send(method: string, parameters: object = {}): Promise<unknown> {
    const id = ++this.#sent
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#socket.send(JSON.stringify({ id, method, params: parameters }))
    const timer = setTimeout(() => {
      waiting.reject(new Error(`the page does not answer ${method}`))
    }, PATIENCE_MS)
    try {
      return await waiting.promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Runs an expression in the page, as a script of its own. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = (await this.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    })) as Evaluated
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? 'an error in the page')
    return result.value
  }

  async text(): Promise<string> {
    return String(await this.evaluate('document.body.innerText'))
  }

  async hash(): Promise<string> {
    return String(await this.evaluate('location.hash'))
  }

  /** Waits for a text that a person can read. */
  async shows(text: string | RegExp): Promise<void> {
    await until(`${String(text)} on the page`, async () => {
      const shown = await this.text().catch(() => '')
      return (typeof text === 'string' ? shown.includes(text) : text.test(shown)) || null
    })
  }

  /** Presses a button or link by its visible name or label, with the mouse. */
  async press(name: string): Promise<void> {
    const place = (await until(`“${name}” on the page`, async () =>
      this.evaluate(`(() => {
        const wanted = ${JSON.stringify(name)}
        const matches = [...document.querySelectorAll('button, a, [role=button], [role=menuitem], [role=tab], summary')]
          .filter(e => (e.getAttribute('aria-label') || e.innerText || '').trim() === wanted && e.offsetParent !== null && !e.disabled)
        if (matches.length === 0) return null
        matches[0].scrollIntoView({ block: 'center' })
        const { x, y, width, height } = matches[0].getBoundingClientRect()
        return { x: x + width / 2, y: y + height / 2 }
      })()`),
    )) as { x: number; y: number }
    const mouse = { ...place, button: 'left', clickCount: 1 }
    await this.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...place })
    await this.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...mouse })
    await this.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...mouse })
  }

  /** Drops a file of this machine on the page, as the debugger gives it: not by the mouse of the desktop. */
  async drop(file: string): Promise<void> {
    await this.evaluate(`(() => {
      const field = document.createElement('input')
      field.type = 'file'
      field.id = 'dropped'
      field.hidden = true
      document.body.append(field)
    })()`)
    const { root } = (await this.send('DOM.getDocument')) as { root: { nodeId: number } }
    const { nodeId } = (await this.send('DOM.querySelector', {
      nodeId: root.nodeId,
      selector: '#dropped',
    })) as { nodeId: number }
    await this.send('DOM.setFileInputFiles', { nodeId, files: [file] })
    await this.evaluate(`(() => {
      const dataTransfer = new DataTransfer()
      const field = document.querySelector('#dropped')
      dataTransfer.items.add(field.files[0])
      field.remove()
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
    })()`)
  }

  /** Calls the back end as the page does. @returns the answer as text, or the refusal */
  async call(method: string, payload: object): Promise<string> {
    const body = JSON.stringify({ method, payload })
    return String(await this.evaluate(`tunewright.call(${JSON.stringify(body)})`))
  }

  async picture(file: string): Promise<void> {
    const { data } = (await this.send('Page.captureScreenshot')) as { data: string }
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, Buffer.from(data, 'base64'))
  }

  close(): void {
    this.#socket.close()
  }
}

/** Asks again until there is an answer. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | null | undefined> | Value | null | undefined,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask()
    if (answer !== null && answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await wait(100)
  }
}
