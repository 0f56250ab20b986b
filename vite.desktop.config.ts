import { builtinModules } from 'node:module'
import path from 'node:path'
import { defineConfig } from 'vite'

/**
 * What Electron loads itself: `--mode main` and `--mode preload`, each one file without imports but Electron and Node. A
 * sandboxed preload script can load no second file, so the two never share one. CommonJS: the only form that both take.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  publicDir: false,
  // Everything is bundled: the archive of a packaged application holds no node_modules for Electron.
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: path.resolve(import.meta.dirname, 'src-main', `${mode}.ts`),
    outDir: path.resolve(import.meta.dirname, 'dist', mode),
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rollupOptions: {
      external: ['electron', /^node:/, ...builtinModules],
      output: { format: 'cjs', entryFileNames: `${mode}.cjs`, codeSplitting: false },
    },
  },
}))
