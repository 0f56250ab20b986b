import { createRouter, createWebHashHistory } from 'vue-router'

/** Views load when they are first shown. Hash history works under every host, a custom protocol included. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', redirect: '/studies' },
    { path: '/studies', name: 'studies', component: () => import('./views/StudiesView.vue') },
    { path: '/studies/new', name: 'newStudy', component: () => import('./views/NewStudyView.vue') },
    {
      path: '/studies/:id(\\d+)/:tab(monitor|trials|analysis|errors|files|parallel|events|file)?/:part?',
      name: 'study',
      component: () => import('./views/StudyView.vue'),
      props: route => ({
        id: Number(route.params['id']),
        tab: String(route.params['tab'] || 'monitor'),
      }),
    },
    { path: '/examples', name: 'examples', component: () => import('./views/ExamplesView.vue') },
    { path: '/compare', name: 'compare', component: () => import('./views/CompareView.vue') },
    { path: '/datasets', name: 'datasets', component: () => import('./views/DatasetsView.vue') },
    { path: '/engines', name: 'engines', component: () => import('./views/EnginesView.vue') },
    { path: '/settings', name: 'settings', component: () => import('./views/SettingsView.vue') },
    { path: '/:rest(.*)*', redirect: '/studies' },
  ],
})
