// /live was the address of the live figures; whoever kept it comes to the wallboard.

import { useEffect } from "preact/hooks";

import { go } from "../../route";

export default function Live() {
  useEffect(() => go("/wallboard", true), []);
  return null;
}
