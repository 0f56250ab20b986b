import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildApplication } from '../helpers/build.ts'

/** The application works without a network, and nothing that a person sees may try one. */
const repository = path.resolve(import.meta.dirname, '../..')
const sources = globSync(
  [
    'src-renderer/**/*.{ts,vue,css,html}',
    'src-main/hosts/{desktop,web}/**/*.ts',
    'src-main/{main,preload}.ts',
  ],
  { cwd: repository },
).map(file => file.replaceAll('\\', '/'))
const read = (file: string) => readFileSync(path.join(repository, file), 'utf8')

describe('the sources of the page and of its hosts', () => {
  it('are all looked at', () => {
    expect(sources).toContain('src-renderer/index.html')
    expect(sources).toContain('src-main/preload.ts')
    expect(sources.length).toBeGreaterThan(60)
  })

  it.each([
    [
      'name no address but this machine',
      /\b(?:https?|wss?|ftp):\/\/(?!127\.0\.0\.1[:/$]|\$\{host\})/,
    ],
    ['hand nothing to the browser of the system', /openExternal/],
    [
      'use no way around the sandbox',
      /@electron\/remote|nodeIntegration: true|sandbox: false|webSecurity: false/,
    ],
    [
      'run no text as code, and show none as markup',
      /\beval\(|new Function\(|\.innerHTML\b|v-html|insertAdjacentHTML/,
    ],
  ])('%s', (_rule, forbidden) => {
    const matches = sources.flatMap(file =>
      read(file)
        .split('\n')
        .filter(line => forbidden.test(line))
        .map(line => `${file}: ${line.trim()}`),
    )
    expect(matches).toEqual([])
  })

  it('listen for the page in one place, with the sender check', () => {
    const listening = sources.filter(file => /ipcMain\.(handle|on)\b/.test(read(file)))
    expect(listening).toEqual(['src-main/hosts/desktop/ipc-server.ts'])
    expect(read('src-main/hosts/desktop/ipc-server.ts')).toContain('isOwnSender(event)')
  })
})

describe('the built page', () => {
  beforeAll(() => {
    buildApplication()
  })

  it('loads its own files only, and has no code in its markup', () => {
    const page = read('dist/renderer/index.html')
    const addresses = [...page.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(
      ([, address = '']) => address,
    )
    expect(addresses.length).toBeGreaterThan(1)
    for (const address of addresses) expect(address).toMatch(/^\/[^/]/)
    expect(page).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/)
  })

  it('has styles that load nothing from elsewhere', () => {
    const styles = globSync('dist/renderer/assets/*.css', { cwd: repository })
    expect(styles.length).toBeGreaterThan(0)
    for (const file of styles) {
      expect(read(file)).not.toMatch(/@import|url\(["']?(?!data:|\/assets\/|["']?#)[a-z]*:?\/\//i)
    }
  })
})
