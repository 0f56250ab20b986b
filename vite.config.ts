import path from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { visibleAttributes, visibleText } from './vite.visible-text.ts'

/** The renderer: built once into dist/renderer and served from there by every host. */
export default defineConfig({
  root: path.resolve(import.meta.dirname, 'src-renderer'),
  base: '/',
  plugins: [
    vue({ template: { compilerOptions: { nodeTransforms: [visibleAttributes] } } }),
    visibleText(),
  ],
  build: {
    outDir: path.resolve(import.meta.dirname, 'dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    // The hosts' policy allows no inline code, and files are read from the same disk anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
  },
})
