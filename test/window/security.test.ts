import { expect, it } from 'vitest'
import { allTargets } from '../helpers/window/page.ts'
import { mainWindow, useWindow } from '../helpers/window/use-window.ts'

const bench = useWindow()

/**
 * What a page does to get out, each with what it must come to. A window is refused after the page has got an object for it: at the end there
 * must be no further page.
 */
const attempts: readonly (readonly [
  what: string,
  expression: string,
  outcome: unknown,
  by: 'Electron' | 'through the shim',
])[] = [
  [
    'Node',
    'typeof require + typeof process + typeof Buffer',
    'undefinedundefinedundefined',
    'Electron',
  ],
  [
    'more than the bridge',
    'Object.keys(tunewright).sort().join()',
    'call,pathOf,subscribe',
    'Electron',
  ],
  [
    "Node by the bridge's own constructor",
    `tunewright.call.constructor('return typeof process')()`,
    /EvalError|undefined/,
    'Electron',
  ],
  ['a script from a text', `new Function('return 1')()`, /EvalError/, 'Electron'],
  [
    'a window of another origin',
    `window.open('https://example.org') && 'tried'`,
    /tried|null/,
    'through the shim',
  ],
  [
    'a window of its own',
    `window.open('app://bundle/') && 'tried'`,
    /tried|null/,
    'through the shim',
  ],
  [
    'a file',
    `fetch('file:///etc/passwd').then(() => 'read', () => 'refused')`,
    'refused',
    'Electron',
  ],
  [
    'a host on the network',
    `fetch('http://127.0.0.1:9/').then(() => 'read', () => 'refused')`,
    'refused',
    'Electron',
  ],
  [
    'a file outside of the page, by an encoded path',
    `fetch('app://bundle/%2e%2e/%2e%2e/package.json').then(r => r.status, () => 404)`,
    404,
    'Electron',
  ],
  [
    'a file outside of the page, by an encoded separator',
    `fetch('app://bundle/..%2f..%2fpackage.json').then(r => r.status, () => 404)`,
    404,
    'Electron',
  ],
  [
    'another host of the scheme',
    `fetch('app://other/index.html').then(r => r.status, () => 'refused')`,
    /refused|404/,
    'Electron',
  ],
  ['telling things to the desktop', `Notification.requestPermission()`, 'denied', 'Electron'],
  [
    'where this machine stands',
    `new Promise(r => navigator.geolocation.getCurrentPosition(() => r('read'), e => r(e.code)))`,
    1,
    'Electron',
  ],
  [
    'the camera',
    `navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'read', () => 'refused')`,
    'refused',
    'Electron',
  ],
  [
    'reading the clipboard',
    `navigator.clipboard.readText().then(() => 'read', () => 'refused')`,
    'refused',
    'Electron',
  ],
  [
    'a call that is no text',
    `tunewright.call({ method: 'study.list' })`,
    /request\.invalid/,
    'Electron',
  ],
  ['a call without a shape', `tunewright.call('[]')`, /request\.invalid/, 'Electron'],
  [
    'a method of the prototype',
    `tunewright.call('{"method":"__proto__","payload":{}}')`,
    /"ok":false/,
    'Electron',
  ],
  [
    'a method that is not there',
    `tunewright.call('{"method":"desktop.run","payload":{}}')`,
    /"ok":false/,
    'Electron',
  ],
  [
    'a call of 64 MiB',
    `tunewright.call('x'.repeat(64 * 1024 * 1024))`,
    /rule\.bytes\.atMost/,
    'Electron',
  ],
  [
    'a frame with a page of ours',
    `new Promise(r => {
      const frame = document.createElement('iframe')
      frame.src = 'app://bundle/index.html'
      frame.onload = () => { try { r(typeof frame.contentWindow.tunewright) } catch { r('undefined') } }
      document.body.append(frame)
    })`,
    'undefined',
    'Electron',
  ],
]

it('a page gets nothing that it is not given', async () => {
  const { desktop, start } = bench()
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  for (const [what, expression, outcome, by] of attempts) {
    // Later, as code of the page: what the debugger runs itself may do more than the policy allows.
    const given = await page.evaluate(
      `new Promise(tell => setTimeout(() => {
        Promise.resolve().then(() => (${expression})).then(tell, error => tell(String(error)))
      }))`,
    )
    const label = `${what} (${by})`
    if (outcome instanceof RegExp) expect(String(given), label).toMatch(outcome)
    else expect(given, label).toEqual(outcome)
  }
  expect(desktop.windows(...mainWindow)).toHaveLength(1)
  expect((await allTargets(await application.port())).map(({ url }) => url)).toEqual([
    'app://bundle/#/studies',
  ])
})

it('a page stays where it is (Electron)', async () => {
  const { start } = bench()
  const application = start()
  const page = await application.page()
  await page.shows('Watch it tune')
  for (const address of ['https://example.org/', 'file:///etc/passwd', 'data:text/html,a']) {
    await page.evaluate(`location.href = ${JSON.stringify(address)}; undefined`)
    await page.shows('Watch it tune')
    expect(await page.evaluate('location.origin + location.pathname')).toMatch(/^app:\/\/bundle/)
  }
})

it('a page of another origin that stands in the window may call nothing (through the shim: the address of the sender)', async () => {
  const { start } = bench()
  const page = await start().page()
  await page.shows('Watch it tune')
  // No page can go there by itself; the debugger can.
  await page.send('Page.navigate', { url: 'data:text/html,<p>foreign</p>' })
  await page.shows('foreign')
  const body = JSON.stringify({ method: 'study.list', payload: {} })
  const answer = await page.evaluate(
    `tunewright.call(${JSON.stringify(body)}).catch(error => String(error))`,
  )
  expect(String(answer)).toContain('serves its own page only')
})
