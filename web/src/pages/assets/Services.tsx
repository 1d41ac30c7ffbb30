import type { Service } from '../../api/types';
import { Time } from '../../components/Time';

export function Services({ services }: { services: Service[] }) {
  if (services.length === 0) return <p className="soft">No service was seen. Import a port scan, or let Bartizan look at the host itself.</p>;
  return (
    <table className="cards">
      <thead>
        <tr>
          <th scope="col">Port</th>
          <th scope="col">What answers</th>
          <th scope="col">Last seen</th>
        </tr>
      </thead>
      <tbody>
        {services.map((service) => (
          <tr key={`${service.protocol}/${service.port}`}>
            <td className="nowrap">
              {service.port}/{service.protocol}
            </td>
            <td className="wrap">{[service.name, service.product, service.version].filter(Boolean).join(' ') || <span className="soft">unknown</span>}</td>
            <td>
              <Time at={service.last_seen} none="–" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
