import { copyFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import ts from 'typescript'
import { defineConfig, mergeConfig, type Plugin, type UserConfig } from 'vite'
import page from './vite.config.ts'

/**
 * The application for Electron 9 (Chromium 83, Node 12), which `npm run test:window` starts: `--mode page`, `main`, `preload` and `shim`. It
 * lies in `TUNEWRIGHT_WINDOW_BUILD`, beside the real build.
 */
const folder = process.env.TUNEWRIGHT_WINDOW_BUILD ?? '.cache/window/dist'
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
