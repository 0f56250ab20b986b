import { copyFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import ts from 'typescript'
import { defineConfig, mergeConfig, type Plugin, type UserConfig } from 'vite'
import { mutations } from './scripts/window-mutations.ts'
import page from './vite.config.ts'

/**
 * The application for Electron 9 (Chromium 83, Node 12), which `npm run test:window` starts: `--mode page`, `main`, `preload` and `shim`. It
 * lies in `TUNEWRIGHT_WINDOW_BUILD`, beside the real build.
 */
const folder = process.env.TUNEWRIGHT_WINDOW_BUILD ?? '.cache/window/dist'
const mutation = process.env.TUNEWRIGHT_WINDOW_MUTATION
const root = import.meta.dirname
const output = (name: string): string => path.resolve(root, folder, name)
/** Of `webUtils.getPathForFile`: the file says its path itself. A preload script has no shim before it. */
const preloadBanner =
  "Object.assign(require('electron'), { webUtils: { getPathForFile: file => file.path } });"
/** What neither Chromium 83 nor Node 12 has; compiled syntax is not enough. */
const polyfills = path.join(root, 'node_modules/core-js-bundle/minified.js')

/** Vite's own compiler leaves `this.#field ??= …` as it is. */
const olderSyntax: Plugin = {
  name: 'older syntax',
  renderChunk: code => ({
    code: ts.transpile(code, { target: ts.ScriptTarget.ES2020, module: ts.ModuleKind.ESNext }),
    map: null,
  }),
}

/** Makes one thing worse, for `npm run test:window-mutations`. */
function mutate(name: string): Plugin {
  const mutation = mutations.find(candidate => candidate.name === name)
  if (mutation === undefined) throw new Error(`no mutation ${name}`)
  const file = path.join(root, mutation.file)
  return {
    name: 'mutation',
    enforce: 'pre',
    transform(code, id) {
      if (id !== file) return null
      const parts = code.split(mutation.from)
      if (parts.length !== 2) throw new Error(`${name}: ${file} does not hold it once`)
      return { code: parts.join(mutation.to), map: null }
    },
  }
}

export default defineConfig(({ mode }): UserConfig =>
  mode === 'page' ? pageBuild() : nodeBuild(mode),
)

function pageBuild(): UserConfig {
  return mergeConfig(page, {
    plugins: [
      olderSyntax,
      {
        name: 'polyfills',
        transformIndexHtml: () => [
          { tag: 'script', attrs: { src: '/polyfills.js' }, injectTo: 'head-prepend' },
        ],
        writeBundle: () => {
          copyFileSync(polyfills, path.join(output('renderer'), 'polyfills.js'))
        },
      },
    ],
    build: { outDir: output('renderer'), target: 'chrome83', cssTarget: 'chrome83' },
  }) as UserConfig
}

function nodeBuild(mode: string): UserConfig {
  const sources: Readonly<Record<string, string>> = {
    main: 'src-main/main.ts',
    preload: 'src-main/preload.ts',
    shim: 'test/helpers/window/shim.ts',
  }
  return {
    root,
    publicDir: false,
    plugins: [
      ...(mutation === undefined ? [] : [mutate(mutation)]),
      olderSyntax,
      {
        name: 'polyfills',
        writeBundle: () => {
          if (mode === 'shim') copyFileSync(polyfills, path.join(output(mode), 'polyfills.cjs'))
        },
      },
    ],
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: path.join(root, sources[mode] ?? ''),
      outDir: output(mode),
      emptyOutDir: true,
      target: 'node12',
      minify: false,
      rollupOptions: {
        external: ['electron', /^node:/, ...builtinModules],
        output: {
          format: 'cjs',
          entryFileNames: `${mode}.cjs`,
          codeSplitting: false,
          banner: mode === 'preload' ? preloadBanner : '',
        },
      },
    },
  }
}
