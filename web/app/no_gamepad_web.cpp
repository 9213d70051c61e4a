// ImGui's SDL backend asks for gamepads, which a playground does not need. Answering "none" here keeps SDL's tables of gamepads out of
// the download.
#include <SDL.h>

extern "C" {

SDL_GameController* SDL_GameControllerOpen(int) { return nullptr; }
Uint8 SDL_GameControllerGetButton(SDL_GameController*, SDL_GameControllerButton) { return 0; }
Sint16 SDL_GameControllerGetAxis(SDL_GameController*, SDL_GameControllerAxis) { return 0; }

}
