/** Stands for a `.vue` file in tools that do not read it; `vue-tsc` does. */
declare module '*.vue' {
  import type { DefineComponent } from 'vue'
  const component: DefineComponent
  export default component
}
