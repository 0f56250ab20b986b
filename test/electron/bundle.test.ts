import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { DesktopBridge } from '../../src-main/features/desktop/common/desktop.ts'
import { buildApplication } from '../helpers/build.ts'

const repository = path.resolve(import.meta.dirname, '../..')

/** The one file that a build has made. */
function built(mode: string): string {
  const folder = path.join(repository, 'dist', mode)
  expect(readdirSync(folder)).toEqual([`${mode}.cjs`])
  return readFileSync(path.join(folder, `${mode}.cjs`), 'utf8')
}

let main: string
let preload: string

beforeAll(() => {
  buildApplication()
  main = built('main')
  preload = built('preload')
})

/** Names of everything that a script loads. */
function required(script: string): string[] {
  return [...script.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name)
}

describe('what Electron loads', () => {
  it('needs nothing but Electron and Node: no package and no native module', () => {
    const names = required(main)
    expect(names).toContain('electron')
    for (const name of names) {
      expect(name === 'electron' || builtinModules.includes(name.replace(/^node:/, '')), name).toBe(
        true,
      )
    }
    expect(main).not.toMatch(/\bimport\(|better-sqlite3|koffi|openExternal/)
  })

  it('hardens everything before the application is ready', () => {
    const root = main.slice(main.indexOf('// src-main/hosts/desktop/start-desktop.ts'))
    const order = ['enableSandbox()', 'registerPageScheme(', 'guardNavigation(', 'whenReady()']
    const offsets = order.map(text => root.indexOf(text))
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b))
    expect(Math.min(...offsets)).toBeGreaterThan(0)
  })

  it('is where package.json says', () => {
    const { main: entry } = JSON.parse(
      readFileSync(path.join(repository, 'package.json'), 'utf8'),
    ) as { main: string }
    expect(entry).toBe('dist/main/main.cjs')
  })
})

describe('the preload script', () => {
  /** Runs it as a sandboxed page would: only `electron` can be loaded. */
  function load() {
    const ipcRenderer = { invoke: vi.fn(async () => 'answer'), on: vi.fn(), off: vi.fn() }
    const exposed: Record<string, unknown> = {}
    const electron = {
      ipcRenderer,
      contextBridge: {
        exposeInMainWorld: (name: string, api: unknown) => (exposed[name] = api),
      },
      webUtils: { getPathForFile: ({ name }: File) => `/home/me/${name}` },
    }
    const context = createContext({
      exports: {},
      require: (name: string) => {
        if (name !== 'electron') throw new Error(`a sandboxed script cannot load ${name}`)
        return electron
      },
    })
    runInContext(preload, context)
    return { exposed, ipcRenderer }
  }

  it('gives the page three functions under one name', async () => {
    const { exposed, ipcRenderer } = load()
    expect(Object.keys(exposed)).toEqual(['tunewright'])
    const bridge = exposed['tunewright'] as DesktopBridge
    expect(Object.keys(bridge).sort()).toEqual(['call', 'pathOf', 'subscribe'])
    expect(await bridge.call('body')).toBe('answer')
    expect(bridge.pathOf(new File([], 'own.csv'))).toBe('/home/me/own.csv')
    expect(ipcRenderer.invoke).toHaveBeenCalledExactlyOnceWith('tunewright:call', 'body')
  })

  it('hands on texts, never the event that leads to Electron', () => {
    const { exposed, ipcRenderer } = load()
    const heard: unknown[][] = []
    const stop = (exposed['tunewright'] as DesktopBridge).subscribe((...all) => heard.push(all))
    const [channel, listener] = ipcRenderer.on.mock.calls[0] as [
      string,
      (...all: unknown[]) => void,
    ]
    expect(channel).toBe('tunewright:push')
    listener({ sender: ipcRenderer }, 'text')
    expect(heard).toEqual([['text']])
    stop()
    expect(ipcRenderer.off).toHaveBeenCalledExactlyOnceWith(channel, listener)
  })
})
