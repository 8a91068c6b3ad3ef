// Each component in each state, for those who work on the window. Not shipped: `npm run gallery`.

import '../styles/base.css';
import { mount } from 'svelte';
import Gallery from './Gallery.svelte';

mount(Gallery, { target: document.getElementById('app')! });
