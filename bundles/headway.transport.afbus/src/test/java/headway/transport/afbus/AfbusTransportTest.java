package headway.transport.afbus;

import headway.tck.TransportContract;
import headway.transport.Transport;

/** AF_BUS keeps every promise of a transport. */
class AfbusTransportTest extends TransportContract {

    @Override
    protected Transport transport() throws Exception {
        return Module.transport();
    }
}
