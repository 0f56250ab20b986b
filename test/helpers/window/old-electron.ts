/* What the shim stands in for, under Electron 9. It runs there in Node 12: no packages, no newer syntax than the build takes away. */

import fs from 'fs'
import path from 'path'

type Callable = (...parameters: never[]) => unknown
type Members = Record<string, unknown>

/** The parts of Electron 9 that the table reaches into; its types are gone from every package. */
export interface OldElectron {
  readonly app: { on(name: string, listener: Callable): unknown } & Members
  readonly protocol: Members
  readonly ipcMain: Members
  readonly session: Members
  readonly [name: string]: unknown
}

export interface StandIn {
  /** As Electron's documentation calls it. */
  readonly member: string
  /** What the runtime does in its place, for whoever reads a result. */
  readonly by: string
  /** @param noteUse to be called whenever the product uses it */
  readonly install: (parts: Replaced, real: OldElectron, noteUse: () => void) => void
}

/** Members that the product sees in the place of Electron's own. */
export interface Replaced {
  readonly members: Record<string, Members>
  /** Each page, before the product sees it. */
  readonly onContents: ((contents: OldContents) => void)[]
  /** Each session, once the application is ready. */
  readonly onSession: ((prototype: Members) => void)[]
}

export interface OldContents extends Members {
  on(name: string, listener: Callable): unknown
  getURL(): string
}

interface OldRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
}

interface PlainAnswer {
  readonly body: Uint8Array | string | null
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

/** A member of the session that came later: it takes what the product says, and does nothing. */
function emptyOfSession(name: string): StandIn {
  return {
    member: `Session.${name}`,
    by: 'nothing: the handler is never asked',
    install: ({ onSession }, _real, noteUse) => {
      onSession.push(prototype => {
        prototype[name] ??= () => {
          noteUse()
        }
      })
    },
  }
}

/** The one table: whatever is not in it and not in Electron 9 is an error. */
export const standIns: readonly StandIn[] = [
  {
    member: 'App.enableSandbox',
    by: "nothing: Chromium 83's sandbox does not know this libc",
    install: ({ members }, _real, noteUse) => {
      part(members, 'app')['enableSandbox'] = noteUse
    },
  },
  {
    member: 'App.requestSingleInstanceLock with data',
    by: 'a file in the folder of the user, read by the first start',
    install: ({ members }, real, noteUse) => {
      const { app } = real
      const file = (): string =>
        path.join(String(bound(app, 'getPath')('userData')), 'second-start.json')
      part(members, 'app')['requestSingleInstanceLock'] = (data: unknown) => {
        noteUse()
        fs.mkdirSync(path.dirname(file()), { recursive: true })
        fs.writeFileSync(file(), JSON.stringify(data))
        return bound(app, 'requestSingleInstanceLock')()
      }
      part(members, 'app')['on'] = (name: string, listener: (...values: unknown[]) => void) =>
        app.on(name, (...values: unknown[]) => {
          if (name !== 'second-instance') listener(...values)
          else listener(...values.slice(0, 3), JSON.parse(fs.readFileSync(file(), 'utf8')))
        })
    },
  },
  {
    member: 'CrashReporter.start',
    by: 'nothing: this one cannot start without an address to send to',
    install: ({ members }, _real, noteUse) => {
      part(members, 'crashReporter')['start'] = noteUse
    },
  },
  {
    member: 'Protocol.handle',
    by: 'registerBufferProtocol',
    install: ({ members }, real, noteUse) => {
      part(members, 'protocol')['handle'] = (
        scheme: string,
        handler: (request: OldRequest) => Promise<PlainAnswer>,
      ) => {
        noteUse()
        // Before the application is ready there is none.
        bound(real.protocol, 'registerBufferProtocol')(
          scheme,
          (request: OldRequest, callback: (answer: object) => void) => {
            handler({ url: request.url, method: request.method, headers: request.headers }).then(
              ({ status, headers, body }) => {
                const mimeType = String(headers['Content-Type']).split(';')[0]
                callback({ statusCode: status, headers, mimeType, data: Buffer.from(body ?? '') })
              },
              (error: unknown) => {
                console.error('app protocol', error)
                callback({ error: -2 })
              },
            )
          },
        )
      }
    },
  },
  {
    member: 'IpcMainInvokeEvent.senderFrame',
    by: 'frameId: 1 is the main frame of a page; the address is that of the page',
    install: ({ members }, real, noteUse) => {
      const handle = bound(real.ipcMain, 'handle')
      part(members, 'ipcMain')['handle'] = (
        channel: string,
        handler: (event: object, ...values: unknown[]) => unknown,
      ) => {
        handle(channel, (event: { sender: OldContents; frameId: number }, ...values: unknown[]) => {
          noteUse()
          return handler(withFrames(event), ...values)
        })
      }
    },
  },
  {
    member: 'WebContents.setWindowOpenHandler',
    by: 'the event new-window',
    install: ({ onContents }, _real, noteUse) => {
      onContents.push(contents => {
        let handler: ((details: { url: string }) => { action: string }) | null = null
        contents.on('new-window', (event: { preventDefault(): void }, url: string) => {
          noteUse()
          if (handler === null || handler({ url }).action === 'deny') event.preventDefault()
        })
        contents['setWindowOpenHandler'] = (next: typeof handler) => {
          handler = next
        }
      })
    },
  },
  {
    member: 'WebContents: did-start-navigation with details',
    by: 'the same event with one argument for each of them',
    install: ({ onContents }, _real, noteUse) => {
      onContents.push(contents => {
        const on = contents.on.bind(contents)
        contents.on = (name: string, listener: Callable) =>
          on(
            name,
            name === 'did-start-navigation'
              ? (_event: object, url: string, isSameDocument: boolean, isMainFrame: boolean) => {
                  noteUse()
                  ;(listener as (details: object) => void)({ url, isSameDocument, isMainFrame })
                }
              : listener,
          )
      })
    },
  },
  emptyOfSession('setDevicePermissionHandler'),
  emptyOfSession('setDisplayMediaRequestHandler'),
  emptyOfSession('setBluetoothPairingHandler'),
  emptyOfSession('setSpellCheckerEnabled'),
  {
    member: 'PowerMonitor.isOnBatteryPower',
    by: 'false',
    install: ({ members }, _real, noteUse) => {
      part(members, 'powerMonitor')['isOnBatteryPower'] = () => {
        noteUse()
        return false
      }
    },
  },
]

/** Events of pages and of the application that came after Electron 9: listened for, and never heard. */
export const neverHeard: readonly string[] = ['will-frame-navigate']

function part(members: Record<string, Members>, name: string): Members {
  return (members[name] ??= {})
}

function bound(owner: Members, name: string): (...values: unknown[]) => unknown {
  return (owner[name] as (...values: unknown[]) => unknown).bind(owner)
}

/** Of a frame that is not the main one the runtime tells no address; the product refuses it for not being the main one. */
function withFrames(event: { sender: OldContents; frameId: number }): object {
  const mainFrame = { url: event.sender.getURL(), parent: null }
  const frame = event.frameId === 1 ? mainFrame : { url: '', parent: mainFrame }
  const sender = Object.create(event.sender, { mainFrame: { value: mainFrame } }) as object
  return { sender, senderFrame: frame }
}

/**
 * Electron 9 as the product expects it. Reading what neither the runtime nor the table has is an error, not `undefined`.
 * @param noteUse hears of each stand-in when the product first uses it
 */
export function asNewer(real: OldElectron, noteUse: (member: string) => void): OldElectron {
  const used = new Set<string>()
  const parts: Replaced = { members: {}, onContents: [], onSession: [] }
  for (const { member, install } of standIns)
    install(parts, real, () => {
      if (!used.has(member)) noteUse(member)
      used.add(member)
    })
  real.app.on('ready', () => {
    const { defaultSession } = real.session as { defaultSession: object }
    for (const change of parts.onSession) change(Object.getPrototypeOf(defaultSession) as Members)
  })
  real.app.on('web-contents-created', (_event: object, contents: OldContents) => {
    for (const change of parts.onContents) change(contents)
  })
  return strict(real, 'electron', name => {
    const value = real[name]
    const isPart = typeof value === 'object' && value !== null
    return isPart ? strict(value as Members, name, member => parts.members[name]?.[member]) : value
  }) as OldElectron
}

/** Words that a runtime asks of any object. */
const asides: readonly string[] = ['then', 'toJSON', '__esModule', 'default']

function strict(real: Members, name: string, replaced: (member: string) => unknown): Members {
  return new Proxy(real, {
    get(target, member) {
      if (typeof member === 'symbol') return Reflect.get(target, member) as unknown
      const stands = replaced(member)
      if (stands !== undefined) return stands
      const value = target[member]
      // A proxy has to give these as they are.
      if (Reflect.getOwnPropertyDescriptor(target, member)?.configurable === false) return value
      if (typeof value === 'function' && !/^[A-Z]/u.test(member))
        return (value as Callable).bind(target as never)
      if (value === undefined && !(member in target) && !asides.includes(member))
        throw new Error(
          `Electron 9 has no ${name}.${member}, and the shim does not stand in for it`,
        )
      return value
    },
    // Setters of native objects take no other `this` than the object itself.
    set: (target, member, value) => Reflect.set(target, member, value),
  })
}
