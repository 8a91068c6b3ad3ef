import './styles/base.css';
import { mount } from 'svelte';
import Window from './Window.svelte';
import { App } from '$lib/app.svelte';
import { connect } from '$lib/backend';

const app = new App(await connect());
app.theme.show();
mount(Window, { target: document.getElementById('app')!, props: { app } });
