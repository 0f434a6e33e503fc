package headway.transport.afbus;

import headway.tck.GuestContract;
import headway.transport.Transport;

/** Threads that wait for something receive in place of the link's own thread. */
class GuestTest extends GuestContract {

    @Override
    protected Transport transport() throws Exception {
        return Module.transport();
    }
}
